import { MeanOfErrors } from './mean-of-errors.js';

/**
 * The mean absolute error over all elements; NaN before the first.
 *
 *     MAE = Σ |output − label| / n
 *
 * `update(outputs, labels)` takes tensors of one shape, float32 or int32. It equals torchmetrics'
 * `MeanAbsoluteError`.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { MeanAbsoluteError } from '@trainkit/metrics';
 *
 * const error = new MeanAbsoluteError();
 * error.update(tf.tensor1d([1, 2]), tf.tensor1d([1, 4]));
 * error.update(tf.tensor1d([0]), tf.tensor1d([1]));
 * console.log(error.compute()); // → 1
 * ```
 */
export class MeanAbsoluteError extends MeanOfErrors {
  /** The metric before the first batch; it has no options. */
  constructor() {
    super('MeanAbsoluteError', Math.abs);
  }
}
