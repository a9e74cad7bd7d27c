import {
  AvgPool,
  type AvgPoolAttrs,
  AvgPoolGrad,
  type AvgPoolGradAttrs,
  backend_util,
  MaxPool,
  type MaxPoolAttrs,
  MaxPoolGrad,
  type MaxPoolGradAttrs,
  MaxPoolWithArgmax,
  type MaxPoolWithArgmaxAttrs,
  type TensorInfo,
  util,
} from '@tensorflow/tfjs-core';
import type { NativeBackend } from '../backend/native-backend.js';
import { stockKernel } from '../backend/register-kernel.js';
import { areFloats, geometryNumbers } from './geometry.js';

/** The two-dimensional pools of TensorFlow.js, and their gradients. */
export const pooling = [
  stockKernel<'x', MaxPoolAttrs>(MaxPool, ({ x }, attrs, backend) => pool('maxPool', x, attrs, backend)),
  stockKernel<'x', AvgPoolAttrs>(AvgPool, ({ x }, attrs, backend) => pool('averagePool', x, attrs, backend)),
  stockKernel<'dy' | 'input' | 'output', MaxPoolGradAttrs>(MaxPoolGrad, ({ dy, input }, attrs, backend) => {
    if (!areFloats(dy, input)) return null;
    const info = poolInfo(input, attrs);
    const dx = backend.output(info.inShape);
    backend.run('maxPoolGradient', [input, dy, dx], geometryNumbers(info));
    return dx;
  }),
  stockKernel<'dy' | 'input', AvgPoolGradAttrs>(AvgPoolGrad, ({ dy, input }, attrs, backend) => {
    if (!areFloats(dy, input)) return null;
    const info = poolInfo(input, attrs);
    const dx = backend.output(info.inShape);
    backend.run('averagePoolGradient', [dy, dx], geometryNumbers(info));
    return dx;
  }),
  stockKernel<'x', MaxPoolWithArgmaxAttrs>(MaxPoolWithArgmax, ({ x }, attrs, backend) => {
    if (!areFloats(x)) return null;
    const info = poolInfo(x, attrs);
    const y = backend.output(info.outShape);
    const positions = backend.output(info.outShape, 'int32');
    const withImage = Number(attrs.includeBatchInIndex);
    backend.run('maxPoolWithArgmax', [x, y, positions], [...geometryNumbers(info), withImage]);
    return [y, positions];
  }),
];

function pool(kernel: string, x: TensorInfo, attrs: MaxPoolAttrs, backend: NativeBackend): TensorInfo | null {
  if (!areFloats(x)) return null;
  const info = poolInfo(x, attrs);
  // The backend cpu makes another tensor of the same numbers, NaN among them.
  if (info.filterHeight === 1 && info.filterWidth === 1 && util.arraysEqual(info.inShape, info.outShape)) {
    return null;
  }
  const y = backend.output(info.outShape);
  backend.run(kernel, [x, y], geometryNumbers(info));
  return y;
}

function poolInfo(
  { shape: [batch = 0, height = 0, width = 0, channels = 0] }: TensorInfo,
  { filterSize, strides, pad, dimRoundingMode }: MaxPoolAttrs,
): backend_util.Conv2DInfo {
  return backend_util.computePool2DInfo(
    [batch, height, width, channels],
    filterSize,
    strides,
    1,
    pad,
    dimRoundingMode,
  );
}
