import { type Tensor, tensor1d } from '@tensorflow/tfjs-core';
import { simdOnHeap } from '@trainkit/kernels/wasm';
import * as cpuBatchNorm from './batch-norm.cpu.js';
import { normalizationCode } from './normalization.code.js';

/*
 * Batch norm on the WebAssembly backend's memory. Without SIMD, batch-norm.cpu.ts runs instead. The
 * few numbers of each channel are computed in JavaScript.
 */

const onHeap = (...inputs: Tensor[]) => simdOnHeap(normalizationCode, ...inputs);
const read = (x: Tensor): Float32Array => x.dataSync<'float32'>();

/** The normalized batch, the new running statistics, x − μ and 1/√(σ² + ε). */
export function normalize(
  inputs: Record<'x' | 'weight' | 'bias' | 'runningMean' | 'runningVar', Tensor>,
  attrs: { eps: number; momentum: number },
): [y: Tensor, mean: Tensor, variance: Tensor, centered: Tensor, scale: Tensor] {
  const heap = onHeap(...Object.values(inputs));
  if (heap === null) return cpuBatchNorm.normalize(inputs, attrs);
  const { x, weight, bias, runningMean, runningVar } = inputs;
  const { eps, momentum } = attrs;
  const channels = weight.size;
  const rows = x.size / channels;
  const [centered, mean, variance] = [heap.make(x.shape), heap.make([channels]), heap.make([channels])];
  heap.code.centerColumns(
    heap.address(centered),
    heap.address(mean),
    heap.address(variance),
    heap.address(x),
    rows,
    channels,
  );
  const variances = read(variance);
  const scale = tensor1d(variances.map((value) => 1 / Math.sqrt(value + eps)));
  const weights = read(weight);
  const factor = tensor1d(variances.map((value, c) => weights[c]! / Math.sqrt(value + eps)));
  const y = heap.make(x.shape);
  heap.code.affine(
    heap.address(y),
    heap.address(centered),
    heap.address(factor),
    heap.address(bias),
    rows,
    channels,
  );
  const average = (old: Tensor, now: Float32Array, share: number) =>
    tensor1d(read(old).map((value, c) => (1 - momentum) * value + share * now[c]!));
  return [
    y,
    average(runningMean, read(mean), momentum),
    average(runningVar, variances, (momentum * rows) / (rows - 1)),
    centered,
    scale,
  ];
}

/** Σ dy·factor and Σ dy. */
export function gradients(inputs: Record<'dy' | 'factor', Tensor>): [products: Tensor, total: Tensor] {
  const { dy, factor } = inputs;
  const heap = onHeap(dy, factor);
  if (heap === null) return cpuBatchNorm.gradients(inputs);
  const channels = dy.shape.at(-1)!;
  const [products, total] = [heap.make([channels]), heap.make([channels])];
  heap.code.columnGradients(
    heap.address(products),
    heap.address(total),
    heap.address(dy),
    heap.address(factor),
    dy.size / channels,
    channels,
  );
  return [products, total];
}

/** dx in training. */
export function inputGradient(
  inputs: Record<'dy' | 'centered' | 'scale' | 'weight' | 'products' | 'dBias', Tensor>,
): [Tensor] {
  const heap = onHeap(...Object.values(inputs));
  if (heap === null) return cpuBatchNorm.inputGradient(inputs);
  const { dy, centered, scale, weight, products, dBias } = inputs;
  const channels = weight.size;
  const rows = dy.size / channels;
  const [factor, weights, along, shift] = [read(scale), read(weight), read(products), read(dBias)];
  const mean = tensor1d(shift.map((value) => value / rows));
  const slope = tensor1d(factor.map((value, c) => (value * value * along[c]!) / rows));
  const outer = tensor1d(factor.map((value, c) => value * weights[c]!));
  const dx = heap.make(dy.shape);
  heap.code.columnsGradient(
    heap.address(dx),
    heap.address(dy),
    heap.address(centered),
    heap.address(mean),
    heap.address(slope),
    heap.address(outer),
    rows,
    channels,
  );
  return [dx];
}
