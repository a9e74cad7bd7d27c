import { type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { NativeBackend } from '../backend/native-backend.js';
import type { NativeInfo } from './dtypes.js';

/**
 * A dimension of a copy: its size, and the distances of its elements in the array read and in the
 * one written.
 */
type CopiedDimension = readonly [size: number, xStep: number, yStep: number];

/** The elements that a copy reads and writes: the first of each array, then steps. */
export interface StridedCopy {
  xOffset?: number;
  yOffset?: number;
  /** The outermost first, in the order of the array that is written. */
  dimensions: readonly CopiedDimension[];
}

/** The distances of neighbours along each dimension of an array of this shape. */
export function stepsOf(shape: readonly number[]): number[] {
  const steps: number[] = [];
  let step = 1;
  for (const size of [...shape].reverse()) {
    steps.unshift(step);
    step *= size;
  }
  return steps;
}

/** Returns a tensor that a copy of `x` fills. */
export function copied(
  x: NativeInfo,
  shape: readonly number[],
  copy: StridedCopy,
  backend: NativeBackend,
): TensorInfo {
  const y = backend.output(shape, x.dtype);
  copyStrided(x, y, copy, backend);
  return y;
}

/** Copies elements of `x` to elements of `y`. */
export function copyStrided(
  x: TensorInfo,
  y: TensorInfo,
  { xOffset = 0, yOffset = 0, dimensions }: StridedCopy,
  backend: NativeBackend,
): void {
  if (util.sizeFromShape(dimensions.map(([size]) => size)) === 0) return;
  const merged = merge(dimensions);
  backend.run('copyStrided', [x, y], [merged.length, xOffset, yOffset, ...merged.flat()]);
}

/** Makes one of neighbouring dimensions that both arrays cross as one. */
function merge(dimensions: readonly CopiedDimension[]): CopiedDimension[] {
  const merged: CopiedDimension[] = [];
  for (const dimension of dimensions) {
    const [size, xStep, yStep] = dimension;
    if (size === 1) continue;
    const outer = merged.at(-1);
    if (outer !== undefined && outer[1] === size * xStep && outer[2] === size * yStep) {
      merged[merged.length - 1] = [outer[0] * size, xStep, yStep];
    } else {
      merged.push(dimension);
    }
  }
  return merged.length === 0 ? [[1, 1, 1]] : merged;
}
