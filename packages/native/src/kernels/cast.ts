import {
  Cast,
  type CastAttrs,
  type DataType,
  Fill,
  type FillAttrs,
  LinSpace,
  type LinSpaceAttrs,
  OnesLike,
  Range,
  type RangeAttrs,
  type TensorInfo,
  util,
  ZerosLike,
} from '@tensorflow/tfjs-core';
import type { NativeBackend } from '../backend/native-backend.js';
import { stockKernel } from '../backend/register-kernel.js';
import { isNativeDtype } from './dtypes.js';

function filled(
  shape: readonly number[],
  value: number,
  dtype: DataType,
  backend: NativeBackend,
): TensorInfo | null {
  if (!isNativeDtype(dtype)) return null;
  const y = backend.output(shape, dtype);
  backend.run('fill', [y], [util.sizeFromShape([...shape]), value]);
  return y;
}

/** Conversions, and tensors made of numbers. */
export const castKernels = [
  stockKernel<'x', CastAttrs>(Cast, ({ x }, { dtype }, backend) => {
    if (!isNativeDtype(x.dtype) || !isNativeDtype(dtype)) return null;
    if (x.dtype === dtype) {
      backend.incRef(x.dataId);
      return { dataId: x.dataId, shape: x.shape, dtype };
    }
    const y = backend.output(x.shape, dtype);
    backend.run('cast', [x, y], [util.sizeFromShape(x.shape)]);
    return y;
  }),
  stockKernel<never, FillAttrs>(Fill, (_inputs, { shape, value, dtype }, backend) =>
    typeof value === 'number' ? filled(shape, value, dtype ?? util.inferDtype(value), backend) : null,
  ),
  stockKernel<'x'>(OnesLike, ({ x }, _attrs, backend) => filled(x.shape, 1, x.dtype, backend)),
  stockKernel<'x'>(ZerosLike, ({ x }, _attrs, backend) => filled(x.shape, 0, x.dtype, backend)),
  stockKernel<never, LinSpaceAttrs>(LinSpace, (_inputs, { start, stop, num }, backend) => {
    const y = backend.output([num]);
    backend.run('range', [y], [num, start, (stop - start) / (num - 1)]);
    return y;
  }),
  stockKernel<never, RangeAttrs>(Range, (_inputs, { start, stop, step, dtype }, backend) => {
    const isEmpty = start === stop || (start < stop && step < 0) || (stop < start && step > 1);
    const count = isEmpty ? 0 : Math.abs(Math.ceil((stop - start) / step));
    const y = backend.output([count], dtype);
    backend.run('range', [y], [count, start, stop < start && step === 1 ? -1 : step]);
    return y;
  }),
];
