import { type Tensor, tensor } from '@tensorflow/tfjs-core';

/**
 * Applies a function of numbers to the elements of tensors of one size, in plain JavaScript and
 * double precision. It is for the cpu backend, where TensorFlow.js creates a tensor for each
 * operation.
 *
 * Returns null for inputs that are not float32.
 */
export function elementwise(
  rule: (a: number, b: number, c: number) => number,
  a: Tensor,
  b: Tensor = a,
  c: Tensor = b,
): [Tensor] | null {
  if ([a, b, c].some(({ dtype }) => dtype !== 'float32')) return null;
  const [first, second, third] = [a.dataSync(), b.dataSync(), c.dataSync()];
  const result = new Float32Array(first.length);
  for (let i = 0; i < result.length; i++) result[i] = rule(first[i]!, second[i]!, third[i]!);
  return [tensor(result, a.shape)];
}
