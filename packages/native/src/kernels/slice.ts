import {
  backend_util,
  Slice,
  type SliceAttrs,
  SplitV,
  type SplitVAttrs,
  StridedSlice,
  type StridedSliceAttrs,
  slice_util,
  type TensorInfo,
  Unpack,
  type UnpackAttrs,
  util,
} from '@tensorflow/tfjs-core';
import type { NativeBackend } from '../backend/native-backend.js';
import { stockKernel } from '../backend/register-kernel.js';
import { copied, stepsOf } from './copy-strided.js';
import { isNative, type NativeInfo } from './dtypes.js';

/** A copy of a part, under the shape `shape` of as many elements. */
function sliced(
  x: NativeInfo,
  begin: readonly number[],
  size: readonly number[],
  backend: NativeBackend,
  { shape = size, strides = [] }: { shape?: readonly number[]; strides?: readonly number[] } = {},
): TensorInfo {
  const xSteps = stepsOf(x.shape);
  const ySteps = stepsOf(size);
  let xOffset = 0;
  const dimensions = size.map((count, d) => {
    const step = xSteps[d] ?? 1;
    xOffset += (begin[d] ?? 0) * step;
    return [count, step * (strides[d] ?? 1), ySteps[d] ?? 1] as const;
  });
  return copied(x, shape, { xOffset, dimensions }, backend);
}

/** The same with one element, or `count` of them, from `start` on along an axis. */
function slicedAlong(
  x: NativeInfo,
  axis: number,
  start: number,
  count: number,
  backend: NativeBackend,
  shape?: readonly number[],
): TensorInfo {
  const begin = x.shape.map((_size, d) => (d === axis ? start : 0));
  const size = x.shape.map((whole, d) => (d === axis ? count : whole));
  return sliced(x, begin, size, backend, shape === undefined ? {} : { shape });
}

/**
 * Kernels that take parts of a tensor. None returns a view: the memory of each tensor is its own.
 */
export const sliceKernels = [
  stockKernel<'x', SliceAttrs>(Slice, ({ x }, { begin, size }, backend) => {
    if (!isNative(x)) return null;
    const [start = [], extent = []] = slice_util.parseSliceParams(x, begin, size);
    slice_util.assertParamsValid(x, start, extent);
    return sliced(x, start, extent, backend);
  }),
  stockKernel<'x', StridedSliceAttrs>(StridedSlice, ({ x }, attrs, backend) => {
    if (!isNative(x)) return null;
    const { begin, end, strides, ...masks } = attrs;
    const info = slice_util.sliceInfo(
      x.shape,
      begin,
      end,
      strides,
      masks.beginMask,
      masks.endMask,
      masks.ellipsisMask,
      masks.newAxisMask,
      masks.shrinkAxisMask,
    );
    const shape = info.finalShape;
    if (info.isIdentity) return sliced(x, [], x.shape, backend, { shape });
    if (info.sliceDim0 || info.isSimpleSlice) {
      const size = slice_util.computeOutShape(info.begin, info.end, info.strides);
      return sliced(x, info.begin, size, backend, { shape });
    }
    return sliced(x, info.begin, info.finalShapeSparse, backend, { shape, strides: info.strides });
  }),
  stockKernel<'x', SplitVAttrs>(SplitV, ({ x }, { numOrSizeSplits, axis }, backend) => {
    if (!isNative(x)) return null;
    const along = util.parseAxisParam(axis, x.shape)[0] ?? 0;
    let start = 0;
    return backend_util.prepareSplitSize(x, numOrSizeSplits, along).map((count) => {
      const part = slicedAlong(x, along, start, count, backend);
      start += count;
      return part;
    });
  }),
  stockKernel<'value', UnpackAttrs>(Unpack, ({ value }, { axis }, backend) => {
    if (!isNative(value)) return null;
    const along = axis < 0 ? axis + value.shape.length : axis;
    const shape = value.shape.filter((_size, d) => d !== along);
    return Array.from({ length: value.shape[along] ?? 0 }, (_, i) =>
      slicedAlong(value, along, i, 1, backend, shape),
    );
  }),
];
