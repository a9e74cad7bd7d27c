import { type Scalar, squaredDifference, type Tensor } from '@tensorflow/tfjs-core';
import { checkOptions, type OptionNames } from '@trainkit/checks';
import { checkPair, pairLoss } from './pair.js';
import { checkReduction, type Reduction } from './reduction.js';

/** Options of {@link mseLoss}. */
export interface MseLossOptions {
  /** `mean` over all elements, their `sum`, or `none`: a loss for each element. Default `mean`. */
  reduction?: Reduction | undefined;
}

const MSE_LOSS_OPTIONS: OptionNames<MseLossOptions> = { reduction: true };

/**
 * The squared error (prediction − target)², reduced, as `torch.nn.functional.mse_loss`.
 *
 * Both must have the same shape. The trap: PyTorch and TensorFlow.js broadcast `[N, 1]` against
 * `[N]` to `[N, N]` (PyTorch with a warning), and compute the loss of all pairs. Here that is an
 * error.
 *
 * @param prediction float32 of any shape
 * @param target float32 of the same shape
 * @returns a scalar; with `reduction: 'none'` the shape of both
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { mseLoss } from '@trainkit/nn';
 *
 * console.log(mseLoss(tf.tensor1d([1, 2, 3]), tf.tensor1d([1, 0, 0])).dataSync()[0]); // → 4.333333492279053
 * ```
 */
export function mseLoss<T extends Tensor>(
  prediction: T,
  target: Tensor,
  options: MseLossOptions & { reduction: 'none' },
): T;
export function mseLoss(
  prediction: Tensor,
  target: Tensor,
  options?: MseLossOptions & { reduction?: 'mean' | 'sum' | undefined },
): Scalar;
export function mseLoss(prediction: Tensor, target: Tensor, options?: MseLossOptions): Tensor;
export function mseLoss(prediction: Tensor, target: Tensor, options: MseLossOptions = {}): Tensor {
  const { reduction = 'mean' } = checkOptions('mseLoss', options, MSE_LOSS_OPTIONS);
  checkPair('mseLoss', 'prediction', prediction, target);
  checkReduction('mseLoss', reduction);
  return pairLoss(prediction, reduction, () => squaredDifference(prediction, target));
}
