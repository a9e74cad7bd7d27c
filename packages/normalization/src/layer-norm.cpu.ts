import { type Tensor, tensor, tensor1d } from '@tensorflow/tfjs-core';

/*
 * Layer norm in JavaScript, in double precision, for backends with host memory; see
 * batch-norm.cpu.ts.
 */

type Attrs = { eps: number };
const read = (x: Tensor): Float32Array => x.dataSync<'float32'>();

/** See `standardize` in layer-norm.kernel.ts. */
export function normalize({ x }: { x: Tensor }, { eps }: Attrs): [normalized: Tensor, scale: Tensor] {
  const values = read(x);
  const length = x.shape.at(-1)!;
  const normalized = new Float32Array(values.length);
  const scale = new Float32Array(values.length / length);
  for (let row = 0; row < scale.length; row++) {
    const [start, end] = [row * length, (row + 1) * length];
    let total = 0;
    for (let i = start; i < end; i++) total += values[i]!;
    const mean = total / length;
    let squares = 0;
    for (let i = start; i < end; i++) squares += (values[i]! - mean) ** 2;
    const factor = 1 / Math.sqrt(squares / length + eps);
    for (let i = start; i < end; i++) normalized[i] = (values[i]! - mean) * factor;
    scale[row] = factor;
  }
  return [tensor(normalized, x.shape), tensor(scale, [...x.shape.slice(0, -1), 1])];
}

/** y = w·x̂ + b, where b is 0 without a bias. */
export function normalizeScaled(
  { x, weight, bias }: { x: Tensor; weight: Tensor; bias?: Tensor },
  attrs: Attrs,
): [y: Tensor, normalized: Tensor, scale: Tensor] {
  const [normalized, scale] = normalize({ x }, attrs);
  const [values, factor] = [read(normalized), read(weight)];
  const offset = bias === undefined ? new Float32Array(factor.length) : read(bias);
  const y = new Float32Array(values.length);
  for (let i = 0; i < y.length; ) {
    for (let d = 0; d < factor.length; d++, i++) y[i] = values[i]! * factor[d]! + offset[d]!;
  }
  return [tensor(y, x.shape), normalized, scale];
}

/** dx without a weight; see layer-norm.kernel.ts. */
export function inputGradient({
  dy,
  normalized,
  scale,
}: Record<'dy' | 'normalized' | 'scale', Tensor>): [dx: Tensor] {
  const ones = new Float32Array(dy.shape.at(-1)!).fill(1);
  return [tensor(throughRows(read(dy), read(normalized), read(scale), ones), dy.shape)];
}

/** dx, dw and db; see layer-norm.kernel.ts. */
export function gradients({
  dy,
  normalized,
  scale,
  weight,
}: Record<'dy' | 'normalized' | 'scale' | 'weight', Tensor>): [dx: Tensor, dWeight: Tensor, dBias: Tensor] {
  const [gradient, values, factor] = [read(dy), read(normalized), read(weight)];
  const dWeight = new Float64Array(factor.length);
  const dBias = new Float64Array(factor.length);
  for (let i = 0; i < gradient.length; ) {
    for (let d = 0; d < factor.length; d++, i++) {
      dWeight[d]! += gradient[i]! * values[i]!;
      dBias[d]! += gradient[i]!;
    }
  }
  return [
    tensor(throughRows(gradient, values, read(scale), factor), dy.shape),
    tensor1d(Float32Array.from(dWeight)),
    tensor1d(Float32Array.from(dBias)),
  ];
}

function throughRows(
  gradient: Float32Array,
  normalized: Float32Array,
  scale: Float32Array,
  weight: Float32Array,
): Float32Array {
  const length = weight.length;
  const dx = new Float32Array(gradient.length);
  for (let row = 0; row < scale.length; row++) {
    const start = row * length;
    let total = 0;
    let along = 0;
    for (let d = 0; d < length; d++) {
      const value = gradient[start + d]! * weight[d]!;
      total += value;
      along += value * normalized[start + d]!;
    }
    const mean = total / length;
    const slope = along / length;
    for (let d = 0; d < length; d++) {
      const value = gradient[start + d]! * weight[d]!;
      dx[start + d] = (value - mean - normalized[start + d]! * slope) * scale[row]!;
    }
  }
  return dx;
}
