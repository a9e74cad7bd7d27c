import type * as tf from '@tensorflow/tfjs-core';
import { checkOptions, type OptionNames } from '@trainkit/checks';
import { checkLabelOptions, type LabelledLoss, labelledLoss } from './labelled-loss.js';
import { checkClassification } from './labels.js';
import { pickLabels } from './pick-labels.kernel.js';
import type { Reduction, RowLosses } from './reduction.js';

/** Options of {@link nllLoss}. */
export interface NllLossOptions {
  /**
   * A weight for each class, `C` numbers. Default: all 1. With `mean` the sum is divided by the
   * labels' weights.
   */
  weight?: tf.Tensor | readonly number[] | undefined;
  /** The label of ignored rows, which contribute neither loss nor gradient. Default −100. */
  ignoreIndex?: number | undefined;
  /**
   * `mean` over the rows that are not ignored, their `sum`, or `none`: one loss for each row.
   * Default `mean`.
   */
  reduction?: Reduction | undefined;
}

const NLL_LOSS_OPTIONS: OptionNames<NllLossOptions> = { weight: true, ignoreIndex: true, reduction: true };

/**
 * The negative log-likelihood of integer labels, as `torch.nn.functional.nll_loss`: a row with
 * log-probabilities x and label y has the loss −w[y] · x[y], where w is `weight`. The mean divides
 * by the sum of w[y].
 *
 * After a {@link LogSoftmax} it equals `crossEntropy`, which takes the scores themselves. The
 * trap: its argument contains logarithms; with probabilities the loss is wrong, without an error.
 *
 * @param logProbabilities float32 `[N, …, C]`
 * @param labels int32 `[N, …]`, from 0 to C − 1
 * @returns a scalar; with `reduction: 'none'` the shape `[N, …]`
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { nllLoss } from '@trainkit/nn';
 *
 * const logProbabilities = tf.log([[0.5, 0.5], [0.75, 0.25]]);
 * const loss = nllLoss(logProbabilities, tf.tensor1d([0, 1], 'int32'));
 * console.log(loss.dataSync()[0]?.toFixed(6)); // → 1.039721
 * ```
 */
export function nllLoss<LogProbabilities extends tf.Tensor>(
  logProbabilities: LogProbabilities,
  labels: tf.Tensor,
  options: NllLossOptions & { reduction: 'none' },
): RowLosses<LogProbabilities>;
export function nllLoss(
  logProbabilities: tf.Tensor,
  labels: tf.Tensor,
  options?: NllLossOptions & { reduction?: 'mean' | 'sum' | undefined },
): tf.Scalar;
export function nllLoss(logProbabilities: tf.Tensor, labels: tf.Tensor, options?: NllLossOptions): tf.Tensor;
export function nllLoss(
  logProbabilities: tf.Tensor,
  labels: tf.Tensor,
  options: NllLossOptions = {},
): tf.Tensor {
  checkOptions('nllLoss', options, NLL_LOSS_OPTIONS);
  checkClassification('nllLoss', 'logProbabilities', logProbabilities, labels);
  checkLabelOptions('nllLoss', options, logProbabilities.shape.at(-1)!);
  return labelledLoss(LOSS, logProbabilities, labels, options);
}

const LOSS: LabelledLoss = {
  where: 'nllLoss',
  name: 'logProbabilities',
  lossOf: (x, rows) => rows.negativeLogLikelihood(pickLabels({ x, hot: rows.hot })[0]),
};
