import { checkFlag, checkOptions, type OptionNames } from '@trainkit/checks';
import { MeanOfErrors } from './mean-of-errors.js';

/** The options of {@link MeanSquaredError}. */
export interface MeanSquaredErrorOptions {
  /** `false` for the root of the mean squared error (RMSE), default `true`. */
  squared?: boolean | undefined;
}

const MEAN_SQUARED_ERROR_OPTIONS: OptionNames<MeanSquaredErrorOptions> = { squared: true };

/**
 * The mean squared error over all elements; NaN before the first.
 *
 *     MSE = Σ (output − label)² / n
 *
 * `update(outputs, labels)` takes tensors of one shape, float32 or int32. It equals torchmetrics'
 * `MeanSquaredError`. The trap: the root of the mean differs from the mean of the batches' roots;
 * write `squared: false` for it.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { MeanSquaredError } from '@trainkit/metrics';
 *
 * const error = new MeanSquaredError();
 * error.update(tf.tensor1d([1, 2]), tf.tensor1d([1, 4]));
 * error.update(tf.tensor1d([0]), tf.tensor1d([1]));
 * console.log(error.compute()); // → 1.6666666666666667
 * ```
 */
export class MeanSquaredError extends MeanOfErrors {
  readonly #squared: boolean;

  /** @throws TypeError if an option is invalid */
  constructor(options: MeanSquaredErrorOptions = {}) {
    const { squared = true } = checkOptions('MeanSquaredError', options, MEAN_SQUARED_ERROR_OPTIONS);
    checkFlag('MeanSquaredError', 'squared', squared);
    super('MeanSquaredError', (difference) => difference * difference);
    this.#squared = squared;
  }

  /**
   * Returns the mean squared error, or its root if `squared` is `false`; NaN if there are no
   * elements.
   */
  override compute(): number {
    const mean = super.compute();
    return this.#squared ? mean : Math.sqrt(mean);
  }
}
