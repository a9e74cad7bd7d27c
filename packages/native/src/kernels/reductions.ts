import {
  All,
  Any,
  ArgMax,
  type ArgMaxAttrs,
  ArgMin,
  type ArgMinAttrs,
  backend_util,
  Max,
  type MaxAttrs,
  Mean,
  Min,
  Prod,
  type ProdAttrs,
  Sum,
  type SumAttrs,
  type TensorInfo,
  util,
} from '@tensorflow/tfjs-core';
import type { NativeBackend } from '../backend/native-backend.js';
import { type StockKernel, stockKernel } from '../backend/register-kernel.js';
import { isNative, type NativeDtype, type NativeInfo } from './dtypes.js';
import { transposed } from './transpose.js';

/**
 * The sizes by which a kernel reduces: all before the reduced dimensions, these, and all after
 * them.
 */
type Sizes = readonly [outer: number, reduced: number, inner: number];

/** The sizes, or null where other dimensions lie between the reduced ones. */
function sizesOf(shape: readonly number[], axes: readonly number[]): Sizes | null {
  const between = shape.map((_size, d) => d).filter((d) => shape[d] !== 1);
  const first = between.findIndex((d) => axes.includes(d));
  const count = between.filter((d) => axes.includes(d)).length;
  if (!between.slice(Math.max(first, 0), Math.max(first, 0) + count).every((d) => axes.includes(d)))
    return null;
  const start = between[first] ?? shape.length;
  const end = first < 0 ? start : (between[first + count] ?? shape.length);
  const product = (from: number, to: number) => util.sizeFromShape(shape.slice(from, to));
  return [product(0, start), product(start, end), product(end, shape.length)];
}

interface Reduction {
  kernel: string;
  axes: readonly number[];
  keepDims?: boolean;
  dtype: NativeDtype;
}

function reduced(
  x: NativeInfo,
  { kernel, axes, keepDims = false, dtype }: Reduction,
  backend: NativeBackend,
) {
  const [kept] = backend_util.computeOutAndReduceShapes(x.shape, [...axes]);
  const shape = keepDims ? backend_util.expandShapeToKeepDim(kept, [...axes]) : kept;
  const sizes = sizesOf(x.shape, axes);
  if (sizes !== null) {
    const y = backend.output(shape, dtype);
    backend.run(kernel, [x, y], sizes);
    return y;
  }
  const others = x.shape.map((_size, d) => d).filter((d) => !axes.includes(d));
  const ordered = transposed(x, [...others, ...axes], backend);
  const y = backend.output(shape, dtype);
  backend.run(kernel, [ordered, y], [util.sizeFromShape(kept), sizeAlong(x, axes), 1]);
  backend.disposeIntermediateTensorInfo(ordered);
  return y;
}

function sizeAlong(x: TensorInfo, axes: readonly number[]): number {
  return axes.reduce((size, axis) => size * (x.shape[axis] ?? 1), 1);
}

interface ReductionAttrs {
  keepDims?: boolean;
  axis?: number | number[];
  /** The name of `axis` in the attributes of Max. */
  reductionIndices?: number | number[];
}

/**
 * A reduction of some dtypes to the same, but that one of nothing is the cpu backend's where
 * `ofNothing` is false.
 */
function reduction<Attrs extends ReductionAttrs>(
  kernelName: string,
  kernel: string,
  dtypes: readonly NativeDtype[],
  { ofNothing = true } = {},
): StockKernel {
  return stockKernel<'x', Attrs>(kernelName, ({ x }, attrs, backend) => {
    if (!isNative(x) || !dtypes.includes(x.dtype)) return null;
    const axis = attrs.axis ?? attrs.reductionIndices;
    const axes = axis == null ? x.shape.map((_size, d) => d) : util.parseAxisParam(axis, x.shape);
    if ((!ofNothing && sizeAlong(x, axes) === 0) || new Set(axes).size < axes.length) return null;
    return reduced(x, { kernel, axes, keepDims: attrs.keepDims ?? false, dtype: x.dtype }, backend);
  });
}

/** The index of the greatest or least along one axis. */
function argExtreme(kernelName: string, kernel: string): StockKernel {
  return stockKernel<'x', ArgMaxAttrs | ArgMinAttrs>(kernelName, ({ x }, { axis }, backend) => {
    if (!isNative(x) || x.dtype !== 'float32') return null;
    const axes = util.parseAxisParam(axis, x.shape).slice(0, 1);
    return sizeAlong(x, axes) === 0 ? null : reduced(x, { kernel, axes, dtype: 'int32' }, backend);
  });
}

/** Sums, products and extremes along any axes. */
export const reductionKernels = [
  reduction(All, 'all', ['bool'], { ofNothing: false }),
  reduction(Any, 'any', ['bool'], { ofNothing: false }),
  argExtreme(ArgMax, 'argMax'),
  argExtreme(ArgMin, 'argMin'),
  reduction<MaxAttrs>(Max, 'max', ['float32', 'int32'], { ofNothing: false }),
  reduction(Mean, 'mean', ['float32'], { ofNothing: false }),
  reduction(Min, 'min', ['float32', 'int32'], { ofNothing: false }),
  reduction<ProdAttrs>(Prod, 'prod', ['float32']),
  reduction<SumAttrs>(Sum, 'sum', ['float32', 'int32']),
];
