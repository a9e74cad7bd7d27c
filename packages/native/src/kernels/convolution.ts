import {
  backend_util,
  Conv2D,
  type Conv2DAttrs,
  Conv2DBackpropFilter,
  type Conv2DBackpropFilterAttrs,
  Conv2DBackpropInput,
  type Conv2DBackpropInputAttrs,
  FusedConv2D,
  type FusedConv2DAttrs,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import type { NativeBackend } from '../backend/native-backend.js';
import { stockKernel } from '../backend/register-kernel.js';
import { activate } from './activate.js';
import { areFloats, geometryNumbers } from './geometry.js';

/** The two-dimensional convolutions of TensorFlow.js with channels last, and their gradients. */
export const convolution = [
  stockKernel<'x' | 'filter', Conv2DAttrs>(Conv2D, ({ x, filter }, attrs, backend) =>
    convolve(x, filter, null, attrs, backend),
  ),
  stockKernel<'x' | 'filter' | 'bias' | 'preluActivationWeights', FusedConv2DAttrs>(
    FusedConv2D,
    ({ x, filter, bias, preluActivationWeights }, attrs, backend) => {
      const y = convolve(x, filter, bias ?? null, attrs, backend);
      return y && activate(y, attrs, preluActivationWeights, backend);
    },
  ),
  stockKernel<'dy' | 'filter', Conv2DBackpropInputAttrs>(
    Conv2DBackpropInput,
    ({ dy, filter }, { inputShape, strides, pad, dataFormat, dimRoundingMode }, backend) => {
      if (!areFloats(dy, filter) || dataFormat !== 'NHWC') return null;
      const [height = 0, width = 0, channels = 0, outputs = 0] = filter.shape;
      const info = backend_util.computeConv2DInfo(
        inputShape,
        [height, width, channels, outputs],
        strides,
        1,
        pad,
        dimRoundingMode,
      );
      const dx = backend.output(info.inShape);
      backend.run('convolutionInputGradient', [dy, filter, dx], geometryNumbers(info));
      return dx;
    },
  ),
  stockKernel<'x' | 'dy', Conv2DBackpropFilterAttrs>(
    Conv2DBackpropFilter,
    ({ x, dy }, { filterShape, strides, pad, dataFormat, dimRoundingMode }, backend) => {
      if (!areFloats(x, dy) || dataFormat !== 'NHWC') return null;
      const [batch = 0, height = 0, width = 0, channels = 0] = x.shape;
      const info = backend_util.computeConv2DInfo(
        [batch, height, width, channels],
        filterShape,
        strides,
        1,
        pad,
        dimRoundingMode,
      );
      const dw = backend.output(info.filterShape);
      backend.run('convolutionFilterGradient', [x, dy, dw], geometryNumbers(info));
      return dw;
    },
  ),
];

function convolve(
  x: TensorInfo,
  filter: TensorInfo,
  bias: TensorInfo | null,
  { strides, pad, dataFormat, dilations, dimRoundingMode }: Conv2DAttrs,
  backend: NativeBackend,
): TensorInfo | null {
  if (!areFloats(x, filter, bias) || dataFormat !== 'NHWC') return null;
  const [batch = 0, height = 0, width = 0, channels = 0] = x.shape;
  const [filterHeight = 0, filterWidth = 0, inputs = 0, outputs = 0] = filter.shape;
  // A bias of one number for all outputs is left to the backend cpu.
  if (bias !== null && (bias.shape.length !== 1 || bias.shape[0] !== outputs)) return null;
  const info = backend_util.computeConv2DInfo(
    [batch, height, width, channels],
    [filterHeight, filterWidth, inputs, outputs],
    strides,
    dilations,
    pad,
    dimRoundingMode,
  );
  const y = backend.output(info.outShape);
  backend.run('convolution', [x, filter, bias, y], geometryNumbers(info));
  return y;
}
