import {
  backend_util,
  GatherNd,
  GatherV2,
  type GatherV2Attrs,
  OneHot,
  type OneHotAttrs,
  ScatterNd,
  type ScatterNdAttrs,
  type TensorInfo,
  UnsortedSegmentSum,
  type UnsortedSegmentSumAttrs,
  util,
} from '@tensorflow/tfjs-core';
import { errorMessage } from '@trainkit/checks';
import type { NativeBackend } from '../backend/native-backend.js';
import { stockKernel } from '../backend/register-kernel.js';
import { stepsOf } from './copy-strided.js';
import { isNative, isNativeDtype } from './dtypes.js';

/**
 * The numbers by which a kernel finds slices: the count of indices of each, and the size and the
 * step of each index.
 */
function placeNumbers(shape: readonly number[], depth: number): number[] {
  const steps = stepsOf(shape.slice(0, depth));
  return [depth, ...steps.flatMap((step, d) => [shape[d] ?? 1, step])];
}

/**
 * Runs a kernel that refuses an index out of range.
 *
 * @throws RangeError that names the index as TensorFlow.js does, also one whose place lies
 *   elsewhere in the tensor
 */
function runByIndex(
  kernelName: string,
  kernel: string,
  tensors: readonly TensorInfo[],
  numbers: readonly number[],
  backend: NativeBackend,
): void {
  try {
    backend.run(kernel, tensors, numbers);
  } catch (error) {
    const reason = errorMessage(error).replace(`${kernel}: `, '');
    throw new RangeError(`${kernelName}: ${reason}`, { cause: error });
  }
}

/** Kernels that take indices. */
export const gatherKernels = [
  stockKernel<'x' | 'indices', GatherV2Attrs>(
    GatherV2,
    ({ x, indices }, { axis, batchDims = 0 }, backend) => {
      if (!isNative(x) || indices.dtype !== 'int32') return null;
      const along = util.parseAxisParam(axis, x.shape)[0] ?? 0;
      const info = backend_util.segment_util.collectGatherOpShapeInfo(x, indices, along, batchDims);
      const { batchSize, outerSize, dimSize, sliceSize, outputShape } = info;
      const count = batchSize === 0 ? 0 : util.sizeFromShape(indices.shape) / batchSize;
      const y = backend.output(outputShape, x.dtype);
      const numbers = [batchSize, outerSize, dimSize, sliceSize, count];
      runByIndex(GatherV2, 'gather', [x, indices, y], numbers, backend);
      return y;
    },
  ),
  stockKernel<'params' | 'indices'>(GatherNd, ({ params, indices }, _attrs, backend) => {
    if (!isNative(params) || indices.dtype !== 'int32') return null;
    const depth = indices.shape.at(-1) ?? 0;
    const [shape, count, inner] = backend_util.prepareAndValidate(params, indices);
    const y = backend.output(shape, params.dtype);
    const slices = util.sizeFromShape(params.shape.slice(0, depth));
    const numbers = [slices, inner, count, ...placeNumbers(params.shape, depth)];
    runByIndex(GatherNd, 'gatherNd', [params, indices, y], numbers, backend);
    return y;
  }),
  stockKernel<'indices' | 'updates', ScatterNdAttrs>(
    ScatterNd,
    ({ indices, updates }, { shape }, backend) => {
      if (indices.dtype !== 'int32' || !isNative(updates) || updates.dtype === 'bool') return null;
      const { sliceRank, numUpdates, sliceSize } = backend_util.calculateShapes(updates, indices, shape);
      const slices = util.sizeFromShape(shape.slice(0, sliceRank));
      const y = backend.output(shape, updates.dtype);
      const numbers = [slices, sliceSize, numUpdates, ...placeNumbers(shape, sliceRank)];
      runByIndex(ScatterNd, 'scatterNd', [indices, updates, y], numbers, backend);
      return y;
    },
  ),
  stockKernel<'x' | 'segmentIds', UnsortedSegmentSumAttrs>(
    UnsortedSegmentSum,
    ({ x, segmentIds }, { numSegments }, backend) => {
      // The cpu backend takes ids of one dimension.
      if (x.dtype !== 'float32' || segmentIds.dtype !== 'int32' || segmentIds.shape.length !== 1) return null;
      const [rows = 0, ...rest] = x.shape;
      const y = backend.output([numSegments, ...rest]);
      backend.run('segmentSum', [x, segmentIds, y], [rows, util.sizeFromShape(rest), numSegments]);
      return y;
    },
  ),
  stockKernel<'indices', OneHotAttrs>(OneHot, ({ indices }, attrs, backend) => {
    const { depth, onValue, offValue, dtype } = attrs;
    if (indices.dtype !== 'int32' || !isNativeDtype(dtype)) return null;
    const y = backend.output([...indices.shape, depth], dtype);
    backend.run('oneHot', [indices, y], [util.sizeFromShape(indices.shape), depth, onValue, offValue]);
    return y;
  }),
];
