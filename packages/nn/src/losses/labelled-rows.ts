import * as tf from '@tensorflow/tfjs-core';
import { oneHot, pick } from './one-hot.js';
import { type Reduction, reduce } from './reduction.js';

/** The count of labelled rows: class weights, the label left out, the reduction. */
export interface RowOptions {
  /** A weight for each class, `[C]`; null for all 1. */
  weights: tf.Tensor | null;
  /** The label that counts for nothing. */
  ignoreIndex: number;
  reduction: Reduction;
  /** True where the labels are known to be classes or `ignoreIndex`; else others give NaN. */
  areChecked: boolean;
}

/** Losses of rows with labels, `[N]`: which count, and by which weight. */
export class LabelledRows {
  /** `[N, C]`, true in the column of a row's label. */
  readonly hot: tf.Tensor;
  readonly #options: RowOptions;
  readonly #counted: tf.Tensor;
  readonly #weights: tf.Tensor;

  /** Call it in a `tf.tidy`. */
  constructor(labels: tf.Tensor, classes: number, options: RowOptions) {
    const { weights, ignoreIndex } = options;
    this.#options = options;
    this.#counted = tf.notEqual(labels, tf.scalar(ignoreIndex, 'int32'));
    this.hot = oneHot(labels, classes);
    this.#weights = tf.where(this.#counted, pick(weights ?? tf.ones([classes]), this.hot), 0);
  }

  /** From the log-probability of each row's label: negative, weighted and reduced. */
  negativeLogLikelihood(ofLabels: tf.Tensor): tf.Tensor {
    return this.reduce(tf.mul(tf.neg(ofLabels), this.#weights));
  }

  /**
   * Reduces the losses of all rows to those that count. The mean divides by the sum of their labels' weights; where no
   * row counts it is NaN, but its gradient 0, as PyTorch's: such a batch changes nothing.
   */
  reduce(losses: tf.Tensor): tf.Tensor {
    const { weights, reduction, areChecked } = this.#options;
    const rows = tf.where(this.#counted, losses, 0);
    const valid = areChecked ? rows : tf.mul(rows, nanWhereInvalid(this.hot, this.#counted));
    if (reduction !== 'mean') return reduce(valid, reduction);
    const sum = reduce(this.#weights, 'sum');
    const isZero = tf.equal(sum, 0);
    // Weights that add up to 0 make NaN of the rows that count, and of these alone: a division by 0 would make the
    // gradient of all rows infinite, and infinity times the 0 of those that are left out is NaN too.
    const divided =
      weights === null
        ? valid
        : tf.mul(valid, tf.where(tf.logicalAnd(this.#counted, isZero), Number.POSITIVE_INFINITY, 1));
    const mean = tf.div(reduce(divided, 'sum'), tf.where(isZero, 1, sum));
    return tf.add(mean, tf.where(tf.any(this.#counted), 0, Number.NaN));
  }
}

/** 1 for each row whose label is a class or does not count, NaN for the others: as a factor, for the gradient too. */
function nanWhereInvalid(hot: tf.Tensor, counted: tf.Tensor): tf.Tensor {
  return tf.where(tf.logicalOr(tf.any(hot, 1), tf.logicalNot(counted)), 1, Number.NaN);
}
