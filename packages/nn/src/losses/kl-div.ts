import * as tf from '@tensorflow/tfjs-core';
import { checkFlag, checkOneOf, checkOptions, expected, type OptionNames } from '@trainkit/checks';
import { constant } from '../constant.js';
import { checkPair, pairLoss } from './pair.js';
import { REDUCTIONS, type Reduction } from './reduction.js';

/** Options of {@link klDiv}. */
export interface KlDivOptions {
  /** True if the target contains log-probabilities too. Default false: probabilities. */
  logTarget?: boolean | undefined;
  /**
   * `batchmean` is the sum divided by the number of rows, the divergence of one row; `mean` divides
   * by the number of elements. `sum` adds all elements; `none` returns one for each. Default
   * `mean`, as in PyTorch.
   */
  reduction?: Reduction | 'batchmean' | undefined;
}

const KL_DIV_OPTIONS: OptionNames<KlDivOptions> = { logTarget: true, reduction: true };

/**
 * The Kullback–Leibler divergence of predicted log-probabilities x from a target t, as
 * `torch.nn.functional.kl_div`: the elements are t · (log t − x), which is 0 for t = 0. With
 * `logTarget` they are exp(t) · (t − x).
 *
 * The traps: the divergence of a batch, its mean over rows, is `reduction: 'batchmean'`; the
 * default `mean`, as in PyTorch, is smaller by the number of classes. The first argument contains
 * logarithms: for logits, write `new LogSoftmax().forward(…)`.
 *
 * @param logProbabilities float32 of any shape, rows of the batch first
 * @param target float32 of the same shape
 * @returns a scalar; with `reduction: 'none'` the shape of both
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { klDiv } from '@trainkit/nn';
 *
 * const [student, teacher] = [tf.log([[0.5, 0.5]]), tf.tensor2d([[0.25, 0.75]])];
 * console.log(klDiv(student, teacher, { reduction: 'batchmean' }).dataSync()[0]?.toFixed(6)); // → 0.130812
 * ```
 */
export function klDiv<T extends tf.Tensor>(
  logProbabilities: T,
  target: tf.Tensor,
  options: KlDivOptions & { reduction: 'none' },
): T;
export function klDiv(
  logProbabilities: tf.Tensor,
  target: tf.Tensor,
  options?: KlDivOptions & { reduction?: 'mean' | 'batchmean' | 'sum' | undefined },
): tf.Scalar;
export function klDiv(logProbabilities: tf.Tensor, target: tf.Tensor, options?: KlDivOptions): tf.Tensor;
export function klDiv(logProbabilities: tf.Tensor, target: tf.Tensor, options: KlDivOptions = {}): tf.Tensor {
  const { logTarget = false, reduction = 'mean' } = checkOptions('klDiv', options, KL_DIV_OPTIONS);
  checkPair('klDiv', 'logProbabilities', logProbabilities, target);
  checkFlag('klDiv', 'logTarget', logTarget);
  checkOneOf('klDiv', 'reduction', reduction, [...REDUCTIONS, 'batchmean']);
  const losses = () => (logTarget ? ofLogarithms : ofProbabilities)(logProbabilities, target);
  if (reduction !== 'batchmean') return pairLoss(logProbabilities, reduction, losses);
  const [rows] = logProbabilities.shape;
  if (rows === undefined) {
    const expectation = 'at least one dimension, the batch, for the reduction "batchmean"';
    throw new RangeError(expected('klDiv', 'logProbabilities', logProbabilities, expectation));
  }
  return tf.tidy(() => tf.div(pairLoss(logProbabilities, 'sum', losses), rows));
}

function ofLogarithms(x: tf.Tensor, target: tf.Tensor): tf.Tensor {
  return tf.mul(tf.exp(target), tf.sub(target, x));
}

/** t · log t is 0 at t = 0: the logarithm of 1 replaces that of 0. */
function ofProbabilities(x: tf.Tensor, target: tf.Tensor): tf.Tensor {
  const isZero = constant(() => tf.cast(tf.equal(target, 0), 'float32'));
  const positive = tf.add(target, isZero);
  return tf.sub(tf.mul(target, tf.log(positive)), tf.mul(target, x));
}
