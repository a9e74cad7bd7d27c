import * as tf from '@tensorflow/tfjs-core';
import { countedRows } from './counted-rows.kernel.js';
import { oneHot, pick } from './one-hot.js';
import { type Reduction, reduce } from './reduction.js';

/** The options of the reduction over labelled rows: class weights, ignored label. */
export interface RowOptions {
  /** A weight for each class, `[C]`; null if all are 1. */
  weights: tf.Tensor | null;
  /** The label of ignored rows. */
  ignoreIndex: number;
  reduction: Reduction;
  /**
   * True if all labels are known to be classes or `ignoreIndex`; otherwise other labels give NaN.
   */
  areChecked: boolean;
}

/**
 * The reduction of losses of rows with labels, `[N]`: which rows are counted, and with which
 * weight.
 */
export class LabelledRows {
  /** `[N, C]`, true in the column of a row's label. */
  readonly hot: tf.Tensor;
  readonly #options: RowOptions;
  readonly #counted: tf.Tensor;
  readonly #weights: tf.Tensor;

  /** Must be called in a `tf.tidy`. */
  constructor(labels: tf.Tensor, classes: number, options: RowOptions) {
    const { weights, ignoreIndex } = options;
    this.#options = options;
    this.#counted = tf.notEqual(labels, tf.scalar(ignoreIndex, 'int32'));
    this.hot = oneHot(labels, classes);
    this.#weights = tf.where(this.#counted, pick(weights ?? tf.ones([classes]), this.hot), 0);
  }

  /**
   * The negative log-likelihood from the log-probability of each row's label, weighted and reduced.
   */
  negativeLogLikelihood(ofLabels: tf.Tensor): tf.Tensor {
    return this.reduce(tf.mul(tf.neg(ofLabels), this.#weights));
  }

  /**
   * Reduces the losses of all rows to those that are not ignored. The mean divides by the sum of
   * their labels' weights. If all rows are ignored, it is NaN, but its gradient is 0, as in
   * PyTorch: such a batch changes nothing.
   */
  reduce(losses: tf.Tensor): tf.Tensor {
    const { weights, reduction, areChecked } = this.#options;
    const [rows] = countedRows({ losses, counted: this.#counted });
    const valid = areChecked ? rows : tf.mul(rows, nanWhereInvalid(this.hot, this.#counted));
    if (reduction !== 'mean') return reduce(valid, reduction);
    const sum = reduce(this.#weights, 'sum');
    const isZero = tf.equal(sum, 0);
    // Weights with the sum 0 make NaN of the counted rows only. A division by 0 would make the
    // gradient of all rows infinite, and infinity times the 0 of the ignored rows is NaN too.
    const divided =
      weights === null
        ? valid
        : tf.mul(valid, tf.where(tf.logicalAnd(this.#counted, isZero), Number.POSITIVE_INFINITY, 1));
    const mean = tf.div(reduce(divided, 'sum'), tf.where(isZero, 1, sum));
    return tf.add(mean, tf.where(tf.any(this.#counted), 0, Number.NaN));
  }
}

/**
 * 1 for each row whose label is a class or ignored, NaN for the others, as a factor of loss and
 * gradient.
 */
function nanWhereInvalid(hot: tf.Tensor, counted: tf.Tensor): tf.Tensor {
  return tf.where(tf.logicalOr(tf.any(hot, 1), tf.logicalNot(counted)), 1, Number.NaN);
}
