import {
  Add,
  EluGrad,
  FloorDiv,
  Maximum,
  Minimum,
  Mod,
  Multiply,
  Pow,
  Prelu,
  RealDiv,
  SquaredDifference,
  Sub,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import type { NativeBackend } from '../backend/native-backend.js';
import { type StockKernel, stockKernel } from '../backend/register-kernel.js';
import { broadcastNumbers, broadcastShape } from './broadcast.js';
import { areAll, type NativeDtype } from './dtypes.js';

/** The most dimensions that a kernel of the addon crosses. */
const MOST_DIMENSIONS = 12;

/**
 * Runs a kernel of two operands that are broadcast to one shape; returns null where the addon does
 * not cross that.
 */
export function runBroadcast(
  kernel: string,
  a: TensorInfo,
  b: TensorInfo,
  dtype: NativeDtype,
  backend: NativeBackend,
): TensorInfo | null {
  const shape = broadcastShape(a, b);
  const numbers = broadcastNumbers(shape, a.shape, b.shape);
  const [dimensions = 0] = numbers;
  if (dimensions > MOST_DIMENSIONS) return null;
  const y = backend.output(shape, dtype);
  backend.run(kernel, [a, b, y], numbers);
  return y;
}

/** A function of two numbers of one dtype. */
function binary(kernelName: string, kernel: string): StockKernel {
  return stockKernel<'a' | 'b'>(kernelName, ({ a, b }, _attrs, backend) => {
    if (areAll('float32', a, b)) return runBroadcast(kernel, a, b, 'float32', backend);
    if (areAll('int32', a, b)) return runBroadcast(kernel, a, b, 'int32', backend);
    return null;
  });
}

/** A function of two floats. */
function binaryOfFloats<A extends string, B extends string>(
  kernelName: string,
  kernel: string,
  nameOfA: A,
  nameOfB: B,
): StockKernel {
  return stockKernel<A | B>(kernelName, (inputs, _attrs, backend) => {
    const a: TensorInfo = inputs[nameOfA];
    const b: TensorInfo = inputs[nameOfB];
    return areAll('float32', a, b) ? runBroadcast(kernel, a, b, 'float32', backend) : null;
  });
}

/** Functions of two numbers, broadcast in any number of dimensions. */
export const binaryKernels = [
  binary(Add, 'add'),
  binaryOfFloats(EluGrad, 'eluGradient', 'dy', 'y'),
  stockKernel<'a' | 'b'>(FloorDiv, ({ a, b }, _attrs, backend) =>
    areAll('float32', a, b) || areAll('int32', a, b)
      ? runBroadcast('floorDivide', a, b, 'int32', backend)
      : null,
  ),
  binary(Maximum, 'maximum'),
  binary(Minimum, 'minimum'),
  binary(Mod, 'mod'),
  binary(Multiply, 'multiply'),
  binaryOfFloats(Pow, 'power', 'a', 'b'),
  binaryOfFloats(Prelu, 'parametricReLU', 'x', 'alpha'),
  binaryOfFloats(RealDiv, 'divide', 'a', 'b'),
  binary(SquaredDifference, 'squaredDifference'),
  binary(Sub, 'subtract'),
];
