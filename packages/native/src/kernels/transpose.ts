import {
  Reverse,
  type ReverseAttrs,
  type TensorInfo,
  Tile,
  type TileAttrs,
  Transpose,
  type TransposeAttrs,
  util,
} from '@tensorflow/tfjs-core';
import type { NativeBackend } from '../backend/native-backend.js';
import { stockKernel } from '../backend/register-kernel.js';
import { copied, stepsOf } from './copy-strided.js';
import { isNative, type NativeInfo } from './dtypes.js';

/** The tensor with its dimensions in another order. */
export function transposed(x: NativeInfo, perm: readonly number[], backend: NativeBackend): TensorInfo {
  const shape = perm.map((d) => x.shape[d] ?? 1);
  const xSteps = stepsOf(x.shape);
  const ySteps = stepsOf(shape);
  const dimensions = perm.map((d, i) => [shape[i] ?? 1, xSteps[d] ?? 1, ySteps[i] ?? 1] as const);
  return copied(x, shape, { dimensions }, backend);
}

/** Kernels that move elements within a tensor, or repeat it. */
export const transposeKernels = [
  stockKernel<'x', TransposeAttrs>(Transpose, ({ x }, { perm }, backend) =>
    isNative(x) ? transposed(x, perm, backend) : null,
  ),
  stockKernel<'x', ReverseAttrs>(Reverse, ({ x }, { dims }, backend) => {
    if (!isNative(x)) return null;
    const reversed = new Set(x.shape.length === 0 ? [] : util.parseAxisParam(dims, x.shape));
    const steps = stepsOf(x.shape);
    let xOffset = 0;
    const dimensions = x.shape.map((size, d) => {
      const step = steps[d] ?? 1;
      if (!reversed.has(d)) return [size, step, step] as const;
      xOffset += (size - 1) * step;
      return [size, -step, step] as const;
    });
    return copied(x, x.shape, { xOffset, dimensions }, backend);
  }),
  stockKernel<'x', TileAttrs>(Tile, ({ x }, { reps }, backend) => {
    if (!isNative(x)) return null;
    const shape = x.shape.map((size, d) => size * (reps[d] ?? 1));
    const xSteps = stepsOf(x.shape);
    const ySteps = stepsOf(shape);
    const dimensions = x.shape.flatMap((size, d) => {
      const yStep = ySteps[d] ?? 1;
      return [[reps[d] ?? 1, 0, size * yStep] as const, [size, xSteps[d] ?? 1, yStep] as const];
    });
    return copied(x, shape, { dimensions }, backend);
  }),
];
