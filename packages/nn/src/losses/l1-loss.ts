import { type Scalar, sub, type Tensor } from '@tensorflow/tfjs-core';
import { checkOptions, type OptionNames } from '@trainkit/checks';
import { absoluteError } from './huber-loss.kernel.js';
import { checkPair, pairLoss } from './pair.js';
import { checkReduction, type Reduction } from './reduction.js';

/** Options of {@link l1Loss}. */
export interface L1LossOptions {
  /** `mean` over all elements, their `sum`, or `none`: a loss for each element. Default `mean`. */
  reduction?: Reduction | undefined;
}

const L1_LOSS_OPTIONS: OptionNames<L1LossOptions> = { reduction: true };

/**
 * The absolute error |prediction − target|, reduced, as `torch.nn.functional.l1_loss`.
 *
 * The gradient where both are equal is 0. The traps: the gradient of `tf.abs` is −1 there.
 * Different shapes are an error here, while PyTorch broadcasts them.
 *
 * @param prediction float32 of any shape
 * @param target float32 of the same shape
 * @returns a scalar; with `reduction: 'none'` the shape of both
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { l1Loss } from '@trainkit/nn';
 *
 * console.log(l1Loss(tf.tensor1d([1, 2, 3]), tf.tensor1d([1, 0, 7])).dataSync()[0]); // → 2
 * ```
 */
export function l1Loss<T extends Tensor>(
  prediction: T,
  target: Tensor,
  options: L1LossOptions & { reduction: 'none' },
): T;
export function l1Loss(
  prediction: Tensor,
  target: Tensor,
  options?: L1LossOptions & { reduction?: 'mean' | 'sum' | undefined },
): Scalar;
export function l1Loss(prediction: Tensor, target: Tensor, options?: L1LossOptions): Tensor;
export function l1Loss(prediction: Tensor, target: Tensor, options: L1LossOptions = {}): Tensor {
  const { reduction = 'mean' } = checkOptions('l1Loss', options, L1_LOSS_OPTIONS);
  checkPair('l1Loss', 'prediction', prediction, target);
  checkReduction('l1Loss', reduction);
  return pairLoss(prediction, reduction, () => absoluteError({ d: sub(prediction, target) })[0]);
}
