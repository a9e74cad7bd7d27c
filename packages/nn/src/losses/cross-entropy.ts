import * as tf from '@tensorflow/tfjs-core';
import {
  checkOptions,
  checkProbability,
  expected,
  isSameShape,
  type OptionNames,
  showShape,
} from '@trainkit/checks';
import { checkFloat32, checkOrder } from '@trainkit/checks/tensor';
import { logSoftmax } from '../activations/log-softmax.kernel.js';
import { rowSums } from '../row-sums.kernel.js';
import { classWeights } from './class-weights.js';
import { asRows, checkLabelOptions, type LabelledLoss, labelledLoss } from './labelled-loss.js';
import { checkClasses, checkClassification, lossOfNothing } from './labels.js';
import { pick } from './one-hot.js';
import { type Reduction, type RowLosses, reduce } from './reduction.js';
import { softmaxCrossEntropy } from './softmax-cross-entropy.kernel.js';

/** Options of {@link crossEntropy}. */
export interface CrossEntropyOptions {
  /**
   * A weight for each class, `C` numbers. Default: all 1. With `mean` the sum is divided by the
   * labels' weights; for targets that are probabilities, by the number of rows, as in PyTorch.
   */
  weight?: tf.Tensor | readonly number[] | undefined;
  /** The share of the target that is spread evenly over all classes, from 0 to 1. Default 0. */
  labelSmoothing?: number | undefined;
  /**
   * The label of ignored rows, which contribute neither loss nor gradient. Default −100. With
   * probabilities as targets, a value of at least 0 is an error.
   */
  ignoreIndex?: number | undefined;
  /**
   * `mean` over the rows that are not ignored, their `sum`, or `none`: one loss for each row.
   * Default `mean`.
   */
  reduction?: Reduction | undefined;
}

const CROSS_ENTROPY_OPTIONS: OptionNames<CrossEntropyOptions> = {
  weight: true,
  labelSmoothing: true,
  ignoreIndex: true,
  reduction: true,
};

/**
 * The cross-entropy of raw scores and labels or probabilities, as
 * `torch.nn.functional.cross_entropy`.
 *
 * - Labels, int32 `[N, …]`: a row with logits x and label y has the loss −w[y] · log
 *   softmax(x)[y], where w is `weight`. With `labelSmoothing` ε it is (1 − ε) times that plus ε/C ·
 *   Σ −w[c] · log softmax(x)[c]. The mean divides by the sum of w[y]; without weights that is the
 *   number of rows that are not ignored. It is NaN if all rows are ignored.
 * - Probabilities, float32 of the logits' shape (soft labels, of mixup or a teacher): a row with
 *   target t has the loss Σ −w[c] · t[c] · log softmax(x)[c]; smoothing replaces t by (1 − ε) · t +
 *   ε/C. The mean divides by the number of rows. Probabilities need not sum to 1, and have a
 *   gradient too.
 *
 * The loss and its gradient are stable for logits of any size. Do not apply softmax before it,
 * since the loss contains one. The traps: `tf.losses.softmaxCrossEntropy` takes one-hot labels, and
 * its mean skips rows of weight 0. Classes are the last dimension, as everywhere in TensorFlow.js;
 * PyTorch's are the second.
 *
 * A label that is neither a class nor `ignoreIndex` is an error. On webgl and webgpu, where a check
 * would have to wait for the labels, its loss and gradient are NaN instead.
 *
 * @param logits float32 `[N, …, C]`
 * @param labels int32 `[N, …]`, from 0 to C − 1, or float32 `[N, …, C]`
 * @returns a scalar; with `reduction: 'none'` the shape `[N, …]`
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { crossEntropy } from '@trainkit/nn';
 *
 * const logits = tf.tensor2d([[2, 1, 0], [0, 0, 10000]]);
 * const labels = tf.tensor1d([0, 2], 'int32');
 * console.log(crossEntropy(logits, labels).dataSync()[0]); // → 0.20380298793315887
 * console.log(crossEntropy(logits, labels, { reduction: 'sum' }).dataSync()[0]); // → 0.40760597586631775
 *
 * const mixed = tf.tensor2d([[0.7, 0.3, 0], [0, 0, 1]]);
 * console.log(crossEntropy(logits, mixed).dataSync()[0]?.toFixed(6)); // → 0.353803
 * ```
 */
export function crossEntropy<Logits extends tf.Tensor>(
  logits: Logits,
  labels: tf.Tensor,
  options: CrossEntropyOptions & { reduction: 'none' },
): RowLosses<Logits>;
export function crossEntropy(
  logits: tf.Tensor,
  labels: tf.Tensor,
  options?: CrossEntropyOptions & { reduction?: 'mean' | 'sum' | undefined },
): tf.Scalar;
export function crossEntropy(logits: tf.Tensor, labels: tf.Tensor, options?: CrossEntropyOptions): tf.Tensor;
export function crossEntropy(
  logits: tf.Tensor,
  labels: tf.Tensor,
  options: CrossEntropyOptions = {},
): tf.Tensor {
  checkOptions('crossEntropy', options, CROSS_ENTROPY_OPTIONS);
  const areProbabilities = checkTarget(logits, labels);
  checkValues(options, logits.shape.at(-1)!, areProbabilities);
  return (areProbabilities ? ofProbabilities : ofLabels)(logits, labels, options);
}

function ofLabels(logits: tf.Tensor, labels: tf.Tensor, options: CrossEntropyOptions): tf.Tensor {
  const { labelSmoothing = 0 } = options;
  const classes = logits.shape.at(-1)!;
  const loss: LabelledLoss = {
    where: 'crossEntropy',
    name: 'logits',
    lossesOfAll:
      labelSmoothing === 0 ? (x, rows) => softmaxCrossEntropy({ logits: x, labels: rows })[0] : undefined,
    lossOf: (x, rows, weights) => {
      const [logProbabilities] = logSoftmax({ x });
      const hard = rows.negativeLogLikelihood(pick(logProbabilities, rows.hot));
      if (labelSmoothing === 0) return hard;
      // Reduced separately, as in PyTorch: if the weights of all labels are 0, the mean is NaN, not
      // infinite.
      const terms = tf.mul(logProbabilities, weights ?? tf.ones([classes]));
      const even = rows.reduce(tf.neg(tf.squeeze(rowSums({ x: terms })[0], [1])));
      return tf.add(tf.mul(hard, 1 - labelSmoothing), tf.mul(even, labelSmoothing / classes));
    },
  };
  return labelledLoss(loss, logits, labels, options);
}

function ofProbabilities(
  logits: tf.Tensor,
  probabilities: tf.Tensor,
  { weight, labelSmoothing = 0, reduction = 'mean' }: CrossEntropyOptions,
): tf.Tensor {
  const shape = logits.shape.slice(0, -1);
  return tf.tidy(() => {
    if (logits.size === 0) return lossOfNothing(logits, reduction);
    const [logProbabilities] = logSoftmax({ x: asRows(logits) });
    const given = asRows(probabilities);
    const target =
      labelSmoothing === 0
        ? given
        : tf.add(tf.mul(given, 1 - labelSmoothing), labelSmoothing / logits.shape.at(-1)!);
    const terms = tf.mul(logProbabilities, target);
    const weighted = weight === undefined ? terms : tf.mul(terms, classWeights(weight));
    const losses = tf.neg(tf.squeeze(rowSums({ x: weighted })[0], [1]));
    return reduction === 'none' ? tf.reshape(losses, shape) : reduce(losses, reduction);
  });
}

/** True for a target of probabilities, false for labels; throws for anything else. */
function checkTarget(logits: tf.Tensor, labels: tf.Tensor): boolean {
  checkOrder('crossEntropy', logits, labels, 'crossEntropy(logits, labels)');
  checkFloat32('crossEntropy', 'logits', logits);
  if (!(labels instanceof tf.Tensor) || labels.dtype !== 'float32' || labels.rank < logits.rank) {
    checkClassification('crossEntropy', 'logits', logits, labels);
    return false;
  }
  checkFloat32('crossEntropy', 'labels', labels);
  if (logits.rank > 0 && isSameShape(labels.shape, logits.shape)) {
    checkClasses('crossEntropy', 'logits', logits);
    return true;
  }
  const expectation = `probabilities of the shape of logits, ${showShape(logits.shape)}, or int32 labels`;
  throw new RangeError(expected('crossEntropy', 'labels', labels, expectation));
}

function checkValues(options: CrossEntropyOptions, classes: number, areProbabilities: boolean): void {
  const { labelSmoothing = 0, ignoreIndex = -100 } = options;
  checkLabelOptions('crossEntropy', options, classes);
  checkProbability('crossEntropy', 'labelSmoothing', labelSmoothing);
  if (areProbabilities && ignoreIndex >= 0) {
    const expectation = 'no class where the labels are probabilities';
    throw new RangeError(expected('crossEntropy', 'ignoreIndex', ignoreIndex, expectation, 'Leave it out.'));
  }
}
