import {
  backend_util,
  Concat,
  type ConcatAttrs,
  MirrorPad,
  type MirrorPadAttrs,
  Pack,
  type PackAttrs,
  PadV2,
  type PadV2Attrs,
  type TensorInfo,
  util,
} from '@tensorflow/tfjs-core';
import type { NativeBackend } from '../backend/native-backend.js';
import { stockKernel } from '../backend/register-kernel.js';
import { copyStrided, stepsOf } from './copy-strided.js';
import { areAll, isNative, isNativeDtype, type NativeDtype } from './dtypes.js';

/** The tensors beside each other along an axis, under the shape `shape`. */
function joined(
  tensors: readonly TensorInfo[],
  axis: number,
  shape: readonly number[],
  dtype: NativeDtype,
  backend: NativeBackend,
): TensorInfo {
  const y = backend.output(shape, dtype);
  const widths = tensors.map((tensor) => util.sizeFromShape(tensor.shape.slice(axis)));
  const width = widths.reduce((sum, own) => sum + own, 0);
  const rows = util.sizeFromShape(tensors[0]?.shape.slice(0, axis) ?? []);
  let yOffset = 0;
  tensors.forEach((tensor, k) => {
    const own = widths[k] ?? 0;
    const dimensions = [[rows, own, width] as const, [own, 1, 1] as const];
    copyStrided(tensor, y, { yOffset, dimensions }, backend);
    yOffset += own;
  });
  return y;
}

/** Fills the margins of `y` along one dimension with what lies beside them, mirrored. */
function mirror(
  y: TensorInfo,
  axis: number,
  [before, after]: readonly [number, number],
  withEdge: boolean,
  backend: NativeBackend,
): void {
  const steps = stepsOf(y.shape);
  const step = steps[axis] ?? 1;
  const end = (y.shape[axis] ?? 1) - after;
  const edge = withEdge ? 0 : 1;
  // The margins of a dimension hold whole slices, so that the dimensions may follow one another.
  const copyMargin = (size: number, from: number, to: number) => {
    const dimensions = y.shape.map((whole, d) => {
      const own = steps[d] ?? 1;
      return d === axis ? ([size, -own, own] as const) : ([whole, own, own] as const);
    });
    copyStrided(y, y, { xOffset: from * step, yOffset: to * step, dimensions }, backend);
  };
  copyMargin(before, 2 * before - 1 + edge, 0);
  copyMargin(after, end - 1 - edge, end);
}

/** A tensor with `x` inside and margins of any content. */
function padded(
  x: TensorInfo,
  paddings: readonly (readonly [number, number])[],
  y: TensorInfo,
  backend: NativeBackend,
): void {
  const xSteps = stepsOf(x.shape);
  const ySteps = stepsOf(y.shape);
  let yOffset = 0;
  const dimensions = x.shape.map((size, d) => {
    const step = ySteps[d] ?? 1;
    yOffset += (paddings[d]?.[0] ?? 0) * step;
    return [size, xSteps[d] ?? 1, step] as const;
  });
  copyStrided(x, y, { yOffset, dimensions }, backend);
}

function paddedShape(x: TensorInfo, paddings: readonly (readonly [number, number])[]): number[] {
  return x.shape.map((size, d) => {
    const [before, after] = paddings[d] ?? [0, 0];
    return before + size + after;
  });
}

/** Kernels that put tensors beside each other, or margins around one. */
export const joinKernels = [
  stockKernel<string, ConcatAttrs>(Concat, (inputs, { axis }, backend) => {
    const tensors = Object.values(inputs);
    const [first] = tensors;
    if (first === undefined || !isNativeDtype(first.dtype) || !areAll(first.dtype, ...tensors)) return null;
    const along = util.parseAxisParam(axis, first.shape)[0] ?? 0;
    const shapes = tensors.map((tensor) => tensor.shape);
    backend_util.assertParamsConsistent(shapes, along);
    return joined(tensors, along, backend_util.computeOutShape(shapes, along), first.dtype, backend);
  }),
  stockKernel<string, PackAttrs>(Pack, (inputs, { axis }, backend) => {
    const tensors = Object.values(inputs);
    const [first] = tensors;
    if (first === undefined || !isNativeDtype(first.dtype) || !areAll(first.dtype, ...tensors)) return null;
    if (!tensors.every((tensor) => util.arraysEqual(tensor.shape, first.shape))) return null;
    const along = axis < 0 ? axis + first.shape.length + 1 : axis;
    const shape = [...first.shape.slice(0, along), tensors.length, ...first.shape.slice(along)];
    return joined(tensors, along, shape, first.dtype, backend);
  }),
  stockKernel<'x', PadV2Attrs>(PadV2, ({ x }, { paddings, constantValue }, backend) => {
    if (!isNative(x)) return null;
    const y = backend.output(paddedShape(x, paddings), x.dtype);
    backend.run('fill', [y], [util.sizeFromShape(y.shape), constantValue]);
    padded(x, paddings, y, backend);
    return y;
  }),
  stockKernel<'x', MirrorPadAttrs>(MirrorPad, ({ x }, { paddings, mode }, backend) => {
    if (!isNative(x)) return null;
    const y = backend.output(paddedShape(x, paddings), x.dtype);
    padded(x, paddings, y, backend);
    paddings.forEach((padding, d) => {
      mirror(y, d, padding, mode === 'symmetric', backend);
    });
    return y;
  }),
];
