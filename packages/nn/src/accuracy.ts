import { argMax, cast, equal, type Scalar, scalar, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { checkClassification } from './losses/labels.js';
import { reduce } from './losses/reduction.js';

/**
 * The share of rows whose greatest logit is the label's, as a scalar from 0 to 1.
 *
 * It returns a tensor, so that a training loop need not wait for the backend: read it with
 * `dataSync()` or `await data()`, and dispose it. If several logits are greatest, the first of
 * them counts, as in PyTorch's `argmax`.
 *
 * @param logits float32 `[N, …, C]`
 * @param labels int32 `[N, …]`
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { accuracy } from '@trainkit/nn';
 *
 * const logits = tf.tensor2d([[2, 1], [0, 3], [5, 4], [1, 0]]);
 * console.log(accuracy(logits, tf.tensor1d([0, 1, 1, 0], 'int32')).dataSync()[0]); // → 0.75
 * ```
 */
export function accuracy(logits: Tensor, labels: Tensor): Scalar {
  checkClassification('accuracy', 'logits', logits, labels);
  if (logits.size === 0) return scalar(Number.NaN);
  return tidy(() => reduce(cast(equal(argMax(logits, -1), labels), 'float32'), 'mean'));
}
