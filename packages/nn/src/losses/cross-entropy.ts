import * as tf from '@tensorflow/tfjs-core';
import {
  checkInteger,
  checkOneOf,
  checkOptions,
  checkProbability,
  expected,
  type OptionNames,
} from '@trainkit/checks';
import { checkTensor, checkTensorShape } from '@trainkit/checks/tensor';
import { stepFact } from '@trainkit/kernels';
import { logSoftmax } from '../activations/log-softmax.kernel.js';
import { rowSums } from '../row-sums.kernel.js';
import { checkClassification, countIgnored, labelsAreNear } from './labels.js';
import { oneHot, pick } from './one-hot.js';
import { REDUCTIONS, type Reduction, reduce } from './reduction.js';
import { softmaxCrossEntropy } from './softmax-cross-entropy.kernel.js';

/** What {@link crossEntropy} counts, and how. */
export interface CrossEntropyOptions {
  /** A weight for each class, `C` numbers. With `mean` the sum is divided by the labels' weights. Default: all 1. */
  weight?: tf.Tensor | readonly number[] | undefined;
  /** How much of the target is spread evenly over all classes, from 0 to 1. Default 0. */
  labelSmoothing?: number | undefined;
  /** A label that counts for nothing: its row adds neither loss nor gradient. Default −100. */
  ignoreIndex?: number | undefined;
  /** `mean` over the rows that count, their `sum`, or `none`: one loss for each row. Default `mean`. */
  reduction?: Reduction | undefined;
}

const CROSS_ENTROPY_OPTIONS: OptionNames<CrossEntropyOptions> = {
  weight: true,
  labelSmoothing: true,
  ignoreIndex: true,
  reduction: true,
};

/**
 * The cross-entropy of raw scores and integer labels, as `torch.nn.functional.cross_entropy`.
 *
 * A row's loss is −w[y] · log softmax(x)[y], x being its logits, y its label and w `weight`. With `labelSmoothing` ε it
 * is (1 − ε) times that plus ε/C · Σ −w[c] · log softmax(x)[c]. The mean divides by the sum of w[y]: by the number of
 * rows that count, where there are no weights; it is NaN where none counts.
 *
 * Stable for logits of any size, in value and gradient. Do not apply softmax before it: that is part of it. (The trap:
 * `tf.losses.softmaxCrossEntropy` takes one-hot labels, and its mean skips rows of weight 0.)
 *
 * A label that is neither a class nor `ignoreIndex` is an error. On backends that run elsewhere (webgl, webgpu), where
 * looking at the labels would mean to wait, its loss and gradient are NaN.
 *
 * @param logits shape `[N, C]`
 * @param labels shape `[N]`, int32, from 0 to C − 1
 * @returns a scalar; with `reduction: 'none'` shape `[N]`
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
 * ```
 */
export function crossEntropy(
  logits: tf.Tensor,
  labels: tf.Tensor,
  options: CrossEntropyOptions & { reduction: 'none' },
): tf.Tensor1D;
export function crossEntropy(
  logits: tf.Tensor,
  labels: tf.Tensor,
  options?: CrossEntropyOptions & { reduction?: 'mean' | 'sum' | undefined },
): tf.Scalar;
export function crossEntropy(
  logits: tf.Tensor,
  labels: tf.Tensor,
  options: CrossEntropyOptions = {},
): tf.Tensor {
  const {
    weight,
    labelSmoothing = 0,
    ignoreIndex = -100,
    reduction = 'mean',
  } = checkOptions('crossEntropy', options, CROSS_ENTROPY_OPTIONS);
  checkClassification('crossEntropy', logits, labels);
  const classes = logits.shape[1]!;
  checkValues(options, classes);
  const near = labelsAreNear();
  // Also the reason why a step that makes its labels itself cannot be recorded: it would decide by what it computes.
  const allCount = near && stepFact((given) => countIgnored(given, classes, ignoreIndex) === 0, labels);
  return tf.tidy(() => {
    // Without rows or columns there is nothing for an op to do, and TensorFlow's refuses it.
    if (logits.size === 0) return reduce(tf.reshape(logits, [0]), reduction);
    const plain = weight === undefined && labelSmoothing === 0 && allCount;
    if (plain) {
      const [rows] = softmaxCrossEntropy({ logits, labels });
      return reduce(rows, reduction);
    }
    const weights = weight === undefined ? tf.ones([classes]) : toTensor(weight);
    const counted = tf.notEqual(labels, tf.scalar(ignoreIndex, 'int32'));
    const hot = oneHot(labels, classes);
    const ofLabel = tf.where(counted, pick(weights, hot), 0);
    const reduced = (losses: tf.Tensor): tf.Tensor => {
      const rows = tf.where(counted, losses, 0);
      const valid = near ? rows : tf.mul(rows, nanWhereInvalid(hot, counted));
      return reduction === 'mean' ? weightedMean(valid, ofLabel, tf.any(counted)) : reduce(valid, reduction);
    };
    const [logProbabilities] = logSoftmax({ x: logits });
    const hard = reduced(tf.mul(tf.neg(pick(logProbabilities, hot)), ofLabel));
    if (labelSmoothing === 0) return hard;
    // Reduced apart, as by PyTorch: where the weights of all labels are 0 the mean is NaN, not infinite.
    const even = reduced(tf.neg(tf.squeeze(rowSums({ x: tf.mul(logProbabilities, weights) })[0], [1])));
    return tf.add(tf.mul(hard, 1 - labelSmoothing), tf.mul(even, labelSmoothing / classes));
  });
}

/** Where no row counts the mean is NaN, but its gradient 0, as PyTorch's: such a batch changes nothing. */
function weightedMean(rows: tf.Tensor, weights: tf.Tensor, anyCounted: tf.Tensor): tf.Tensor {
  const divisor = tf.where(anyCounted, reduce(weights, 'sum'), 1);
  return tf.add(tf.div(reduce(rows, 'sum'), divisor), tf.where(anyCounted, 0, Number.NaN));
}

/** 1 for each row whose label is a class or does not count, NaN for the others: as a factor, for the gradient too. */
function nanWhereInvalid(hot: tf.Tensor, counted: tf.Tensor): tf.Tensor {
  return tf.where(tf.logicalOr(tf.any(hot, 1), tf.logicalNot(counted)), 1, Number.NaN);
}

function toTensor(weight: tf.Tensor | readonly number[]): tf.Tensor {
  return weight instanceof tf.Tensor ? tf.cast(weight, 'float32') : tf.tensor1d([...weight]);
}

function checkValues(
  { weight, labelSmoothing = 0, ignoreIndex = -100, reduction = 'mean' }: CrossEntropyOptions,
  classes: number,
): void {
  if (weight instanceof tf.Tensor) {
    checkTensor('crossEntropy', 'weight', weight);
    checkTensorShape('crossEntropy', 'weight', weight, [classes], 'one number for each class');
  } else if (weight !== undefined) {
    const isNumbers = Array.isArray(weight) && weight.every((w) => typeof w === 'number');
    if (!isNumbers || weight.length !== classes) {
      throw new (isNumbers ? RangeError : TypeError)(
        expected(
          'crossEntropy',
          'weight',
          weight,
          `an array or a tensor of ${classes} numbers, one for each class`,
        ),
      );
    }
  }
  checkProbability('crossEntropy', 'labelSmoothing', labelSmoothing);
  checkInteger('crossEntropy', 'ignoreIndex', ignoreIndex, { min: -(2 ** 31), max: 2 ** 31 - 1 });
  checkOneOf('crossEntropy', 'reduction', reduction, REDUCTIONS);
}
