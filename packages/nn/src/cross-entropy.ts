import * as tf from '@tensorflow/tfjs-core';
import { checkClassification, checkLabelRange } from './labels.js';

/** How rows become a loss: their mean (as each function says), their sum, or all of them. */
export type Reduction = 'mean' | 'sum' | 'none';

/** What {@link crossEntropy} counts, and how. */
export interface CrossEntropyOptions {
  /** A weight for each class, shape `[C]`; default all 1. With `mean` the sum is divided by the labels' weights. */
  weight?: tf.Tensor | readonly number[];
  /** How much of the target is spread evenly over all classes, 0 to 1, default 0. */
  labelSmoothing?: number;
  /** A label that counts for nothing: its row adds no loss and no gradient. Default −100. */
  ignoreIndex?: number;
  /** `mean` over the rows that count, their `sum`, or `none`: one loss a row. Default `mean`. */
  reduction?: Reduction;
}

/** The cross-entropy of `logits` for integer `labels`. */
export function crossEntropy(
  logits: tf.Tensor,
  labels: tf.Tensor,
  options: CrossEntropyOptions & { reduction: 'none' },
): tf.Tensor1D;
export function crossEntropy(
  logits: tf.Tensor,
  labels: tf.Tensor,
  options?: CrossEntropyOptions & { reduction?: 'mean' | 'sum' },
): tf.Scalar;
export function crossEntropy(
  logits: tf.Tensor,
  labels: tf.Tensor,
  { weight, labelSmoothing = 0, ignoreIndex = -100, reduction = 'mean' }: CrossEntropyOptions = {},
): tf.Tensor {
  checkClassification('crossEntropy', logits, labels);
  return tf.tidy(() => {
    const classes = logits.shape[1] ?? 0;
    checkLabelRange(labels, classes, ignoreIndex);
    const logProbabilities = tf.logSoftmax(logits);
    const counted = tf.notEqual(labels, ignoreIndex);
    const hot = tf.cast(tf.oneHot(tf.cast(labels, 'int32') as tf.Tensor1D, classes), 'bool');
    const weights = weight === undefined ? tf.ones([classes]) : tf.tensor1d([...toNumbers(weight)]);
    const rowWeights = tf.sum(tf.where(hot, tf.mul(tf.ones(logits.shape), weights), 0), 1);
    const picked = tf.sum(tf.where(hot, logProbabilities, 0), 1);
    const nll = tf.neg(tf.mul(picked, rowWeights));
    const smooth = tf.where(counted, tf.neg(tf.sum(tf.mul(logProbabilities, weights), 1)), 0);
    const rows =
      labelSmoothing === 0
        ? nll
        : tf.add(tf.mul(nll, 1 - labelSmoothing), tf.mul(smooth, labelSmoothing / classes));
    if (reduction === 'none') return rows;
    const total = tf.sum(rows);
    return reduction === 'sum' ? total : tf.div(total, tf.sum(tf.where(counted, rowWeights, 0)));
  });
}

function toNumbers(weight: tf.Tensor | readonly number[]): Iterable<number> {
  return weight instanceof tf.Tensor ? weight.dataSync() : weight;
}
