import type { Tensor } from '@tensorflow/tfjs-core';
import { isSameShape } from '@trainkit/checks';
import { nativeKernels } from '@trainkit/kernels/native';

/**
 * Calls a kernel of the addon that computes each element from the same element of each input; its
 * scalars are the count, then `numbers`. Returns null for inputs of several shapes, and for inputs
 * that are not float32.
 */
export function nativeMap(
  kernel: string,
  inputs: readonly [Tensor, ...Tensor[]],
  numbers: readonly number[] = [],
): [Tensor] | null {
  const [{ shape, size }] = inputs;
  if (!inputs.every((input) => input.dtype === 'float32' && isSameShape(input.shape, shape))) return null;
  const kernels = nativeKernels();
  const y = kernels.empty(shape);
  kernels.run(kernel, [...inputs, y], [size, ...numbers]);
  return [y];
}

/**
 * Calls a kernel of the addon that computes a matrix from matrices of its shape; its scalars are
 * their rows and columns. Returns null for inputs that are not float32.
 */
export function nativeRows(kernel: string, inputs: readonly [Tensor, ...Tensor[]]): [Tensor] | null {
  const [{ shape }] = inputs;
  if (!inputs.every(({ dtype }) => dtype === 'float32')) return null;
  const kernels = nativeKernels();
  const y = kernels.empty(shape);
  const [rows = 0, columns = 0] = shape;
  kernels.run(kernel, [...inputs, y], [rows, columns]);
  return [y];
}
