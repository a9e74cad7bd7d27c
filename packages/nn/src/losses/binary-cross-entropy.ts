import { mul, type Scalar, type Tensor } from '@tensorflow/tfjs-core';
import { checkOptions, type OptionNames } from '@trainkit/checks';
import {
  binaryCrossEntropyOfLogits,
  binaryCrossEntropyOfProbabilities,
  weightedBinaryCrossEntropyOfLogits,
} from './binary-cross-entropy.kernel.js';
import { checkPair, pairLoss, weightsFor } from './pair.js';
import { checkReduction, type Reduction } from './reduction.js';

/** Options of {@link binaryCrossEntropyWithLogits}. */
export interface BinaryCrossEntropyWithLogitsOptions {
  /** A factor for each loss; a shape that broadcasts to theirs. Default: all 1. */
  weight?: Tensor | readonly number[] | undefined;
  /**
   * A factor for the target's part of the loss; above 1 it increases the recall of rare classes.
   * Broadcasts too. Default: all 1.
   */
  posWeight?: Tensor | readonly number[] | undefined;
  /** `mean` over all elements, their `sum`, or `none`: a loss for each element. Default `mean`. */
  reduction?: Reduction | undefined;
}

const WITH_LOGITS_OPTIONS: OptionNames<BinaryCrossEntropyWithLogitsOptions> = {
  weight: true,
  posWeight: true,
  reduction: true,
};

/**
 * The cross-entropy of raw scores for binary labels, as
 * `torch.nn.functional.binary_cross_entropy_with_logits`: for a score x and a target t it is
 * −`posWeight` · t · log σ(x) − (1 − t) · log(1 − σ(x)), times `weight`.
 *
 * It is stable for scores of any size. Do not apply a sigmoid before it, since the loss contains
 * one. The mean is over all elements, also with weights.
 *
 * @param logits float32 of any shape
 * @param target float32 of the same shape, from 0 to 1
 * @returns a scalar; with `reduction: 'none'` the shape of both
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { binaryCrossEntropyWithLogits } from '@trainkit/nn';
 *
 * const [logits, target] = [tf.tensor1d([0, 1000, -2]), tf.tensor1d([1, 1, 0])];
 * console.log(binaryCrossEntropyWithLogits(logits, target).dataSync()[0]?.toFixed(6)); // → 0.273358
 * ```
 */
export function binaryCrossEntropyWithLogits<T extends Tensor>(
  logits: T,
  target: Tensor,
  options: BinaryCrossEntropyWithLogitsOptions & { reduction: 'none' },
): T;
export function binaryCrossEntropyWithLogits(
  logits: Tensor,
  target: Tensor,
  options?: BinaryCrossEntropyWithLogitsOptions & { reduction?: 'mean' | 'sum' | undefined },
): Scalar;
export function binaryCrossEntropyWithLogits(
  logits: Tensor,
  target: Tensor,
  options?: BinaryCrossEntropyWithLogitsOptions,
): Tensor;
export function binaryCrossEntropyWithLogits(
  logits: Tensor,
  target: Tensor,
  options: BinaryCrossEntropyWithLogitsOptions = {},
): Tensor {
  const where = 'binaryCrossEntropyWithLogits';
  const { weight, posWeight, reduction = 'mean' } = checkOptions(where, options, WITH_LOGITS_OPTIONS);
  checkPair(where, 'logits', logits, target);
  checkReduction(where, reduction);
  return pairLoss(logits, reduction, () => {
    const factors = weight === undefined ? null : weightsFor(where, 'weight', weight, logits.shape);
    const positive = posWeight === undefined ? null : weightsFor(where, 'posWeight', posWeight, logits.shape);
    const [losses] =
      positive === null
        ? binaryCrossEntropyOfLogits({ x: logits, target })
        : weightedBinaryCrossEntropyOfLogits({ x: logits, target, posWeight: positive });
    return factors === null ? losses : mul(losses, factors);
  });
}

/** Options of {@link binaryCrossEntropy}. */
export interface BinaryCrossEntropyOptions {
  /** A factor for each loss; a shape that broadcasts to theirs. Default: all 1. */
  weight?: Tensor | readonly number[] | undefined;
  /** `mean` over all elements, their `sum`, or `none`: a loss for each element. Default `mean`. */
  reduction?: Reduction | undefined;
}

const BINARY_CROSS_ENTROPY_OPTIONS: OptionNames<BinaryCrossEntropyOptions> = {
  weight: true,
  reduction: true,
};

/**
 * The cross-entropy of probabilities for binary labels, as
 * `torch.nn.functional.binary_cross_entropy`: for a probability p and a target t it is −t · log p −
 * (1 − t) · log(1 − p), times `weight`.
 *
 * Logarithms are at least −100, so that the loss is finite for probabilities of 0 and 1, as in
 * PyTorch. For probabilities outside of 0 to 1, where PyTorch throws, the loss is NaN, since a
 * check would have to wait for the numbers. The trap: if the model ends in a sigmoid,
 * {@link binaryCrossEntropyWithLogits} of its scores is the stable loss.
 *
 * @param probabilities float32 of any shape, from 0 to 1
 * @param target float32 of the same shape, from 0 to 1
 * @returns a scalar; with `reduction: 'none'` the shape of both
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { binaryCrossEntropy } from '@trainkit/nn';
 *
 * console.log(binaryCrossEntropy(tf.tensor1d([0.5, 0]), tf.tensor1d([1, 1])).dataSync()[0]?.toFixed(4)); // → 50.3466
 * ```
 */
export function binaryCrossEntropy<T extends Tensor>(
  probabilities: T,
  target: Tensor,
  options: BinaryCrossEntropyOptions & { reduction: 'none' },
): T;
export function binaryCrossEntropy(
  probabilities: Tensor,
  target: Tensor,
  options?: BinaryCrossEntropyOptions & { reduction?: 'mean' | 'sum' | undefined },
): Scalar;
export function binaryCrossEntropy(
  probabilities: Tensor,
  target: Tensor,
  options?: BinaryCrossEntropyOptions,
): Tensor;
export function binaryCrossEntropy(
  probabilities: Tensor,
  target: Tensor,
  options: BinaryCrossEntropyOptions = {},
): Tensor {
  const where = 'binaryCrossEntropy';
  const { weight, reduction = 'mean' } = checkOptions(where, options, BINARY_CROSS_ENTROPY_OPTIONS);
  checkPair(where, 'probabilities', probabilities, target);
  checkReduction(where, reduction);
  return pairLoss(probabilities, reduction, () => {
    const factors = weight === undefined ? null : weightsFor(where, 'weight', weight, probabilities.shape);
    const [losses] = binaryCrossEntropyOfProbabilities({ x: probabilities, target });
    return factors === null ? losses : mul(losses, factors);
  });
}
