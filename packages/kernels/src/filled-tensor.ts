import { backend, type Tensor, tensor, util } from '@tensorflow/tfjs-core';
import { isNative } from './native-kernels.js';

/**
 * A float32 tensor whose numbers are written by `fill`, which must write all of them, since the
 * array is not cleared.
 *
 * On the backend of `@trainkit/native` the array is the tensor's own memory, reused from earlier
 * tensors; it is not copied.
 *
 * @example
 * ```ts
 * import '@tensorflow/tfjs';
 * import { filledTensor } from '@trainkit/kernels';
 *
 * const squares = filledTensor([3], (values) => {
 *   for (let i = 0; i < values.length; i++) values[i] = i * i;
 * });
 * console.log(squares.dataSync()); // → Float32Array(3) [ 0, 1, 4 ]
 * ```
 */
export function filledTensor(shape: readonly number[], fill: (values: Float32Array) => void): Tensor {
  const active: unknown = backend();
  if (isNative(active)) return active.filled(shape, fill);
  const values = new Float32Array(util.sizeFromShape([...shape]));
  fill(values);
  return tensor(values, [...shape]);
}
