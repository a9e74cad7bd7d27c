import { type Scalar, sub, type Tensor } from '@tensorflow/tfjs-core';
import { checkNumber, checkOptions, type OptionNames } from '@trainkit/checks';
import { absoluteError, huberError } from './huber-loss.kernel.js';
import { checkPair, pairLoss } from './pair.js';
import { checkReduction, type Reduction } from './reduction.js';

/** Options of {@link smoothL1Loss}. */
export interface SmoothL1LossOptions {
  /** The error above which the loss is linear; 0 gives `l1Loss`. Default 1. */
  beta?: number | undefined;
  /** `mean` over all elements, their `sum`, or `none`: a loss for each element. Default `mean`. */
  reduction?: Reduction | undefined;
}

const SMOOTH_L1_LOSS_OPTIONS: OptionNames<SmoothL1LossOptions> = { beta: true, reduction: true };

/**
 * The absolute error, smooth at 0, as `torch.nn.functional.smooth_l1_loss`: with d = prediction −
 * target it is d² / (2 · `beta`) where |d| < `beta`, else |d| − `beta` / 2. It is
 * {@link huberLoss} divided by `beta`.
 *
 * @param prediction float32 of any shape
 * @param target float32 of the same shape
 * @returns a scalar; with `reduction: 'none'` the shape of both
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { smoothL1Loss } from '@trainkit/nn';
 *
 * const losses = smoothL1Loss(tf.tensor1d([0.5, 3]), tf.tensor1d([0, 0]), { reduction: 'none' });
 * console.log(losses.dataSync()); // → Float32Array(2) [ 0.125, 2.5 ]
 * ```
 */
export function smoothL1Loss<T extends Tensor>(
  prediction: T,
  target: Tensor,
  options: SmoothL1LossOptions & { reduction: 'none' },
): T;
export function smoothL1Loss(
  prediction: Tensor,
  target: Tensor,
  options?: SmoothL1LossOptions & { reduction?: 'mean' | 'sum' | undefined },
): Scalar;
export function smoothL1Loss(prediction: Tensor, target: Tensor, options?: SmoothL1LossOptions): Tensor;
export function smoothL1Loss(prediction: Tensor, target: Tensor, options: SmoothL1LossOptions = {}): Tensor {
  const { beta = 1, reduction = 'mean' } = checkOptions('smoothL1Loss', options, SMOOTH_L1_LOSS_OPTIONS);
  checkPair('smoothL1Loss', 'prediction', prediction, target);
  checkNumber('smoothL1Loss', 'beta', beta, { min: 0 });
  checkReduction('smoothL1Loss', reduction);
  return pairLoss(prediction, reduction, () => {
    const d = sub(prediction, target);
    return beta === 0 ? absoluteError({ d })[0] : huberError({ d }, { delta: beta, linear: 1 })[0];
  });
}

/** Options of {@link huberLoss}. */
export interface HuberLossOptions {
  /** The error above which the loss is linear; above 0. Default 1. */
  delta?: number | undefined;
  /** `mean` over all elements, their `sum`, or `none`: a loss for each element. Default `mean`. */
  reduction?: Reduction | undefined;
}

const HUBER_LOSS_OPTIONS: OptionNames<HuberLossOptions> = { delta: true, reduction: true };

/**
 * The squared error for small errors and the absolute error for large ones, as
 * `torch.nn.functional.huber_loss`: with d = prediction − target it is d² / 2 where |d| < `delta`,
 * else `delta` · (|d| − `delta` / 2).
 *
 * @param prediction float32 of any shape
 * @param target float32 of the same shape
 * @returns a scalar; with `reduction: 'none'` the shape of both
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { huberLoss } from '@trainkit/nn';
 *
 * const losses = huberLoss(tf.tensor1d([1, 3]), tf.tensor1d([0, 0]), { delta: 2, reduction: 'none' });
 * console.log(losses.dataSync()); // → Float32Array(2) [ 0.5, 4 ]
 * ```
 */
export function huberLoss<T extends Tensor>(
  prediction: T,
  target: Tensor,
  options: HuberLossOptions & { reduction: 'none' },
): T;
export function huberLoss(
  prediction: Tensor,
  target: Tensor,
  options?: HuberLossOptions & { reduction?: 'mean' | 'sum' | undefined },
): Scalar;
export function huberLoss(prediction: Tensor, target: Tensor, options?: HuberLossOptions): Tensor;
export function huberLoss(prediction: Tensor, target: Tensor, options: HuberLossOptions = {}): Tensor {
  const { delta = 1, reduction = 'mean' } = checkOptions('huberLoss', options, HUBER_LOSS_OPTIONS);
  checkPair('huberLoss', 'prediction', prediction, target);
  checkNumber('huberLoss', 'delta', delta, { above: 0 });
  checkReduction('huberLoss', reduction);
  return pairLoss(
    prediction,
    reduction,
    () => huberError({ d: sub(prediction, target) }, { delta, linear: delta })[0],
  );
}
