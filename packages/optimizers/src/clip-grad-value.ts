import { maximum, minimum, type NamedTensorMap, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { expected } from '@trainkit/checks';
import { mapGradients, tensorsOf } from './gradient-forms.js';
import type { NamedTensor } from './gradients.js';

/**
 * Brings every element of the gradients into [−value, value]: PyTorch's `clip_grad_value_`.
 *
 * A NaN stays one; a gradient that is missing (null, undefined) stays so. The gradients that come
 * in stay the caller's, and so do the results: dispose of both.
 *
 * The trap: `tf.clipByValue` turns NaN into −value on the WebAssembly backend.
 *
 * @param grads by `variable.name`, as `tf.variableGrads` gives them, or a list of
 *   `{ name, tensor }` or of tensors
 * @param value the largest size of an element, at least 0
 * @returns the clipped gradients, in the form that they came in: new tensors
 * @throws RangeError for a negative or NaN `value`
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { clipGradValue } from '@trainkit/optimizers';
 *
 * const [clipped] = clipGradValue([tf.tensor1d([-3, 0.5, 4])], 1);
 * console.log(clipped?.dataSync()); // → Float32Array(3) [ -1, 0.5, 1 ]
 * ```
 */
export function clipGradValue(grads: NamedTensorMap, value: number): NamedTensorMap;
export function clipGradValue(grads: readonly NamedTensor[], value: number): NamedTensor[];
export function clipGradValue(grads: readonly Tensor[], value: number): Tensor[];
export function clipGradValue(
  grads: NamedTensorMap | readonly NamedTensor[] | readonly Tensor[],
  value: number,
): NamedTensorMap | (NamedTensor | Tensor)[] {
  checkLimit('clipGradValue', 'value', value);
  tensorsOf('clipGradValue', grads);
  // The gradient comes first: the WebAssembly backend keeps NaN only there.
  return tidy(() => mapGradients(grads, (gradient) => minimum(maximum(gradient, -value), value)));
}

/**
 * Throws unless gradients can be clipped at `limit`, a number of at least 0; at Infinity nothing is
 * clipped.
 */
export function checkLimit(where: string, name: string, limit: number): void {
  if (typeof limit === 'number' && limit >= 0) return;
  throw new RangeError(expected(where, name, limit, 'a number of at least 0'));
}
