import { type Tensor, tensor, tensor1d } from '@tensorflow/tfjs-core';

/*
 * Batch norm in JavaScript, for backends with host memory, where reading the numbers does not wait.
 * On wasm and cpu two or three loops in double precision take less time than a dozen operations,
 * and are exact in sums over many rows.
 */

const read = (x: Tensor): Float32Array => x.dataSync<'float32'>();

/** See `forward` in batch-norm.kernel.ts. */
export function normalize(
  {
    x,
    weight,
    bias,
    runningMean,
    runningVar,
  }: Record<'x' | 'weight' | 'bias' | 'runningMean' | 'runningVar', Tensor>,
  { eps, momentum }: { eps: number; momentum: number },
): [y: Tensor, mean: Tensor, variance: Tensor, centered: Tensor, scale: Tensor] {
  const [values, factor, offset] = [read(x), read(weight), read(bias)];
  const channels = factor.length;
  const rows = values.length / channels;
  const mean = sums(channels, values).map((total) => total / rows);
  const centered = new Float32Array(values.length);
  const variance = new Float64Array(channels);
  for (let i = 0; i < values.length; ) {
    for (let c = 0; c < channels; c++, i++) {
      const distance = values[i]! - mean[c]!;
      centered[i] = distance;
      variance[c]! += distance * distance;
    }
  }
  for (let c = 0; c < channels; c++) variance[c]! /= rows;
  const scale = variance.map((value) => 1 / Math.sqrt(value + eps));
  const y = new Float32Array(values.length);
  for (let i = 0; i < values.length; ) {
    for (let c = 0; c < channels; c++, i++) y[i] = centered[i]! * scale[c]! * factor[c]! + offset[c]!;
  }
  const average = (old: Tensor, now: Float64Array, correction: number) =>
    tensor1d(read(old).map((value, c) => (1 - momentum) * value + momentum * correction * now[c]!));
  return [
    tensor(y, x.shape),
    average(runningMean, mean, 1),
    average(runningVar, variance, rows / (rows - 1)),
    tensor(centered, x.shape),
    tensor1d(Float32Array.from(scale)),
  ];
}

/** Σ dy·factor and Σ dy; see column-gradients.kernel.ts. */
export function gradients({
  dy,
  factor,
}: Record<'dy' | 'factor', Tensor>): [products: Tensor, total: Tensor] {
  const [gradient, factors, channels] = [read(dy), read(factor), dy.shape.at(-1)!];
  return [
    tensor1d(Float32Array.from(sums(channels, gradient, factors))),
    tensor1d(Float32Array.from(sums(channels, gradient))),
  ];
}

/** dx in training; see batch-norm.kernel.ts. */
export function inputGradient({
  dy,
  centered,
  scale,
  weight,
  products,
  dBias,
}: Record<'dy' | 'centered' | 'scale' | 'weight' | 'products' | 'dBias', Tensor>): [Tensor] {
  const [gradient, distance, factor] = [read(dy), read(centered), read(scale)];
  const [weights, along, shift] = [read(weight), read(products), read(dBias)];
  const channels = factor.length;
  const rows = gradient.length / channels;
  const slope = Float64Array.from(factor, (value, c) => (value * value * along[c]!) / rows);
  const mean = Float64Array.from(shift, (value) => value / rows);
  const outer = Float64Array.from(factor, (value, c) => value * weights[c]!);
  const dx = new Float32Array(gradient.length);
  for (let i = 0; i < dx.length; ) {
    for (let c = 0; c < channels; c++, i++) {
      dx[i] = (gradient[i]! - mean[c]! - distance[i]! * slope[c]!) * outer[c]!;
    }
  }
  return [tensor(dx, dy.shape)];
}

/** The sum of each column, or of its products with another's. */
function sums(channels: number, values: Float32Array, others?: Float32Array): Float64Array {
  const totals = new Float64Array(channels);
  for (let i = 0; i < values.length; ) {
    if (others === undefined) for (let c = 0; c < channels; c++, i++) totals[c]! += values[i]!;
    else for (let c = 0; c < channels; c++, i++) totals[c]! += values[i]! * others[i]!;
  }
  return totals;
}
