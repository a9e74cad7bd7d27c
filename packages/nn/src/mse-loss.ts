import { type Scalar, squaredDifference, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { checkOptions } from './check-options.js';
import { checkTensor } from './check-tensor.js';
import { checkReduction, type Reduction, reduce } from './reduction.js';

/** How {@link mseLoss} reduces. */
export interface MseLossOptions {
  /** `mean` over all elements, their `sum`, or `none`: a loss for each element. Default `mean`. */
  reduction?: Reduction;
}

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
  options?: MseLossOptions & { reduction?: 'mean' | 'sum' },
): Scalar;
export function mseLoss(prediction: Tensor, target: Tensor, options: MseLossOptions = {}): Tensor {
  checkOptions('mseLoss', options);
  const { reduction = 'mean' } = options;
  checkTensor('mseLoss: prediction', prediction);
  checkTensor('mseLoss: target', target);
  checkReduction('mseLoss', reduction);
  const [left, right] = [prediction.shape.join(', '), target.shape.join(', ')];
  if (left !== right) {
    throw new RangeError(
      `mseLoss: prediction and target must have one shape; received [${left}] and [${right}]. ` +
        'A column against a row? Pass prediction.squeeze([1]).',
    );
  }
  return tidy(() => reduce(squaredDifference(prediction, target), reduction));
}
