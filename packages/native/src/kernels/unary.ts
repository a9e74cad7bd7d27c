import {
  Abs,
  Ceil,
  ClipByValue,
  type ClipByValueAttrs,
  Elu,
  Erf,
  Exp,
  Expm1,
  Floor,
  LeakyRelu,
  type LeakyReluAttrs,
  Log,
  Log1p,
  Neg,
  Reciprocal,
  Relu,
  Relu6,
  Round,
  Rsqrt,
  Selu,
  Sigmoid,
  Sign,
  Softplus,
  Sqrt,
  Square,
  Step,
  type StepAttrs,
  Tanh,
  util,
} from '@tensorflow/tfjs-core';
import { type StockKernel, stockKernel } from '../backend/register-kernel.js';

/**
 * A function of each float by itself, and the numbers that the kernel takes after the count of
 * floats.
 */
function unary<Attrs>(
  kernelName: string,
  kernel: string,
  parameters: (attrs: Attrs) => number[] = () => [],
): StockKernel {
  return stockKernel<'x', Attrs>(kernelName, ({ x }, attrs, backend) => {
    if (x.dtype !== 'float32') return null;
    const y = backend.output(x.shape);
    backend.run(kernel, [x, y], [util.sizeFromShape(x.shape), ...parameters(attrs)]);
    return y;
  });
}

/** Functions of one number. Those of int32 run as on `cpu`. */
export const unaryKernels = [
  unary(Abs, 'abs'),
  unary(Ceil, 'ceil'),
  unary<ClipByValueAttrs>(ClipByValue, 'clip', ({ clipValueMin, clipValueMax }) => [
    clipValueMin,
    clipValueMax,
  ]),
  unary(Elu, 'elu'),
  unary(Erf, 'erf'),
  unary(Exp, 'exp'),
  unary(Expm1, 'expm1'),
  unary(Floor, 'floor'),
  unary<LeakyReluAttrs>(LeakyRelu, 'leakyReLU', ({ alpha }) => [alpha]),
  unary(Log, 'log'),
  unary(Log1p, 'log1p'),
  unary(Neg, 'neg'),
  unary(Reciprocal, 'reciprocal'),
  unary(Relu, 'relu'),
  unary(Relu6, 'relu6'),
  unary(Round, 'round'),
  unary(Rsqrt, 'rsqrt'),
  unary(Selu, 'selu'),
  unary(Sigmoid, 'sigmoid'),
  unary(Sign, 'sign'),
  unary(Softplus, 'softplus'),
  unary(Sqrt, 'sqrt'),
  unary(Square, 'square'),
  unary<StepAttrs>(Step, 'step', ({ alpha }) => [alpha]),
  unary(Tanh, 'tanh'),
];
