import { type Scalar, squaredDifference, type Tensor, tidy } from '@tensorflow/tfjs-core';
import {
  checkOneOf,
  checkOptions,
  expected,
  isSameShape,
  type OptionNames,
  showShape,
} from '@trainkit/checks';
import { checkTensor } from '@trainkit/checks/tensor';
import { REDUCTIONS, type Reduction, reduce } from './reduction.js';

/** How {@link mseLoss} reduces. */
export interface MseLossOptions {
  /** `mean` over all elements, their `sum`, or `none`: a loss for each element. Default `mean`. */
  reduction?: Reduction | undefined;
}

const MSE_LOSS_OPTIONS: OptionNames<MseLossOptions> = { reduction: true };

/**
 * The squared error (prediction − target)², reduced.
 *
 * Both must have one shape. The trap: PyTorch and TensorFlow.js broadcast `[N, 1]` against `[N]` to `[N, N]` (PyTorch
 * with a warning), and the loss is that of all pairs; here that is an error.
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
export function mseLoss(prediction: Tensor, target: Tensor, options: MseLossOptions = {}): Tensor {
  const { reduction = 'mean' } = checkOptions('mseLoss', options, MSE_LOSS_OPTIONS);
  checkTensor('mseLoss', 'prediction', prediction);
  checkTensor('mseLoss', 'target', target);
  checkOneOf('mseLoss', 'reduction', reduction, REDUCTIONS);
  if (!isSameShape(prediction.shape, target.shape)) {
    const expectation = `the shape of prediction, ${showShape(prediction.shape)}`;
    const instead = 'Of a column and a row, write prediction.squeeze([1]).';
    throw new RangeError(expected('mseLoss', 'target', target, expectation, instead));
  }
  return tidy(() => reduce(squaredDifference(prediction, target), reduction));
}
