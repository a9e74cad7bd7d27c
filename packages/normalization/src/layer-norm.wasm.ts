import { ones, type Tensor, zeros } from '@tensorflow/tfjs-core';
import { simdOnHeap } from '@trainkit/kernels/wasm';
import * as cpuLayerNorm from './layer-norm.cpu.js';
import { normalizationCode } from './normalization.code.js';

/*
 * Layer norm on the WebAssembly backend's memory. Without SIMD, layer-norm.cpu.ts runs instead.
 */

type Attrs = { eps: number };
type Backward = Record<'dy' | 'normalized' | 'scale', Tensor>;

const onHeap = (...inputs: Tensor[]) => simdOnHeap(normalizationCode, ...inputs);

/** x̂, and the factor of each row. */
export function normalize({ x }: { x: Tensor }, { eps }: Attrs): [normalized: Tensor, scale: Tensor] {
  const heap = onHeap(x);
  if (heap === null) return cpuLayerNorm.normalize({ x }, { eps });
  const length = x.shape.at(-1)!;
  const normalized = heap.make(x.shape);
  const scale = heap.make([...x.shape.slice(0, -1), 1]);
  heap.code.standardizeRows(
    heap.address(normalized),
    heap.address(scale),
    heap.address(x),
    scale.size,
    length,
    eps,
  );
  return [normalized, scale];
}

/** y = w·x̂ + b, where b is 0 without a bias. */
export function normalizeScaled(
  { x, weight, bias }: { x: Tensor; weight: Tensor; bias?: Tensor },
  { eps }: Attrs,
): [y: Tensor, normalized: Tensor, scale: Tensor] {
  const offset = bias ?? zeros(weight.shape);
  const heap = onHeap(x, weight, offset);
  if (heap === null) return cpuLayerNorm.normalizeScaled({ x, weight, bias: offset }, { eps });
  const [normalized, scale] = normalize({ x }, { eps });
  const y = heap.make(x.shape);
  heap.code.affine(
    heap.address(y),
    heap.address(normalized),
    heap.address(weight),
    heap.address(offset),
    scale.size,
    weight.size,
  );
  return [y, normalized, scale];
}

/** dx without a weight. */
export function inputGradient(inputs: Backward): [dx: Tensor] {
  const weight = ones([inputs.dy.shape.at(-1)!]);
  const heap = onHeap(...Object.values(inputs));
  return heap === null ? cpuLayerNorm.inputGradient(inputs) : [through(heap, { ...inputs, weight })];
}

/** dx, dw and db. */
export function gradients(
  inputs: Backward & { weight: Tensor },
): [dx: Tensor, dWeight: Tensor, dBias: Tensor] {
  const { dy, normalized, weight } = inputs;
  const heap = onHeap(...Object.values(inputs));
  if (heap === null) return cpuLayerNorm.gradients(inputs);
  const dx = through(heap, inputs);
  const [dWeight, dBias] = [heap.make(weight.shape), heap.make(weight.shape)];
  heap.code.columnGradients(
    heap.address(dWeight),
    heap.address(dBias),
    heap.address(dy),
    heap.address(normalized),
    dy.size / weight.size,
    weight.size,
  );
  return [dx, dWeight, dBias];
}

function through(
  heap: NonNullable<ReturnType<typeof onHeap>>,
  { dy, normalized, scale, weight }: Backward & { weight: Tensor },
): Tensor {
  const dx = heap.make(dy.shape);
  heap.code.rowsGradient(
    heap.address(dx),
    heap.address(dy),
    heap.address(normalized),
    heap.address(scale),
    heap.address(weight),
    scale.size,
    weight.size,
  );
  return dx;
}
