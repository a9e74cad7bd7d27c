import {
  backend_util,
  DepthwiseConv2dNative,
  type DepthwiseConv2dNativeAttrs,
  DepthwiseConv2dNativeBackpropFilter,
  type DepthwiseConv2dNativeBackpropFilterAttrs,
  DepthwiseConv2dNativeBackpropInput,
  type DepthwiseConv2dNativeBackpropInputAttrs,
  FusedDepthwiseConv2D,
  type FusedDepthwiseConv2DAttrs,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import type { NativeBackend } from '../backend/native-backend.js';
import { stockKernel } from '../backend/register-kernel.js';
import { activate } from './activate.js';
import { areFloats, geometryNumbers } from './geometry.js';

/** The depthwise convolutions of TensorFlow.js with channels last, and their gradients. */
export const depthwise = [
  stockKernel<'x' | 'filter', DepthwiseConv2dNativeAttrs>(
    DepthwiseConv2dNative,
    ({ x, filter }, attrs, backend) => convolve(x, filter, null, attrs, backend),
  ),
  stockKernel<'x' | 'filter' | 'bias' | 'preluActivationWeights', FusedDepthwiseConv2DAttrs>(
    FusedDepthwiseConv2D,
    ({ x, filter, bias, preluActivationWeights }, attrs, backend) => {
      const y = convolve(x, filter, bias ?? null, attrs, backend);
      return y && activate(y, attrs, preluActivationWeights, backend);
    },
  ),
  stockKernel<'dy' | 'filter', DepthwiseConv2dNativeBackpropInputAttrs>(
    DepthwiseConv2dNativeBackpropInput,
    ({ dy, filter }, { inputShape, ...attrs }, backend) => {
      if (!areFloats(dy, filter)) return null;
      const info = depthwiseInfo(inputShape, filter.shape, attrs);
      const dx = backend.output(info.inShape);
      backend.run('depthwiseInputGradient', [dy, filter, dx], geometryNumbers(info));
      return dx;
    },
  ),
  stockKernel<'x' | 'dy', DepthwiseConv2dNativeBackpropFilterAttrs>(
    DepthwiseConv2dNativeBackpropFilter,
    ({ x, dy }, { filterShape, ...attrs }, backend) => {
      if (!areFloats(x, dy)) return null;
      const info = depthwiseInfo(x.shape, filterShape, attrs);
      const dw = backend.output(info.filterShape);
      backend.run('depthwiseFilterGradient', [x, dy, dw], geometryNumbers(info));
      return dw;
    },
  ),
];

function convolve(
  x: TensorInfo,
  filter: TensorInfo,
  bias: TensorInfo | null,
  attrs: DepthwiseConv2dNativeAttrs,
  backend: NativeBackend,
): TensorInfo | null {
  if (!areFloats(x, filter, bias) || attrs.dataFormat === 'NCHW') return null;
  const info = depthwiseInfo(x.shape, filter.shape, attrs);
  // A bias of one number for all outputs is left to the backend cpu.
  if (bias !== null && (bias.shape.length !== 1 || bias.shape[0] !== info.outChannels)) return null;
  const y = backend.output(info.outShape);
  backend.run('depthwiseConvolution', [x, filter, bias, y], geometryNumbers(info));
  return y;
}

function depthwiseInfo(
  [batch = 0, height = 0, width = 0, channels = 0]: readonly number[],
  [filterHeight = 0, filterWidth = 0, inputs = 0, multiplier = 0]: readonly number[],
  {
    strides,
    dilations,
    pad,
    dimRoundingMode,
  }: Pick<DepthwiseConv2dNativeAttrs, 'strides' | 'dilations' | 'pad' | 'dimRoundingMode'>,
): backend_util.Conv2DInfo {
  return backend_util.computeConv2DInfo(
    [batch, height, width, channels],
    [filterHeight, filterWidth, inputs, multiplier],
    strides,
    dilations ?? 1,
    pad,
    dimRoundingMode,
    true,
  );
}
