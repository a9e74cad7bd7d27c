import * as tf from '@tensorflow/tfjs-core';
import { checkOptions, type OptionNames } from '@trainkit/checks';
import { checkDtype, checkTensor } from '@trainkit/checks/tensor';
import { checkClassWeights, classWeights } from './class-weights.js';
import type { CrossEntropyOptions } from './cross-entropy.js';
import { checkIgnoreIndex } from './labels.js';
import { oneHot, pick } from './one-hot.js';

/** Options of {@link countLabels}: those of the loss. */
export type CountLabelsOptions = Pick<CrossEntropyOptions, 'weight' | 'ignoreIndex'>;

const COUNT_LABELS: OptionNames<CountLabelsOptions> = { weight: true, ignoreIndex: true };

/**
 * Returns the number that the mean of {@link crossEntropy} and {@link nllLoss} divides by: that of
 * the labels that are not ignored, or the sum of their classes' weights.
 *
 * It is the `count` of a part of a batch in `optimizer.minimize(f, { accumulate })`, where the loss
 * is a sum. Give it the options that the loss has.
 *
 * @param labels int32, of any shape
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { countLabels } from '@trainkit/nn';
 *
 * const labels = tf.tensor1d([0, 2, -100, 2], 'int32');
 * console.log(countLabels(labels).dataSync()[0]); // → 3
 * console.log(countLabels(labels, { weight: [1, 1, 0.25] }).dataSync()[0]); // → 1.5
 * ```
 */
export function countLabels(labels: tf.Tensor, options: CountLabelsOptions = {}): tf.Scalar {
  const { weight, ignoreIndex = -100 } = checkOptions('countLabels', options, COUNT_LABELS);
  checkTensor('countLabels', 'labels', labels);
  checkDtype('countLabels', 'labels', labels, 'int32');
  checkIgnoreIndex('countLabels', ignoreIndex);
  const classes = weight instanceof tf.Tensor ? weight.size : (weight?.length ?? 0);
  checkClassWeights('countLabels', weight, classes);
  // On WebAssembly the sum of nothing is not 0.
  if (labels.size === 0) return tf.scalar(0);
  return tf.tidy(() => {
    const counted = tf.notEqual(labels, tf.scalar(ignoreIndex, 'int32'));
    if (weight === undefined) return tf.sum<tf.Scalar>(tf.cast(counted, 'float32'));
    const weights = pick(classWeights(weight), oneHot(tf.reshape(labels, [-1]), classes));
    return tf.sum<tf.Scalar>(tf.where(tf.reshape(counted, [-1]), weights, 0));
  });
}
