import { checkNumber, checkOptions, type OptionNames } from '@trainkit/checks';
import type { Schedule } from '../hyperparameters.js';

/** Options of {@link exponential}. */
export interface ExponentialOptions {
  /** The factor of the rate at each step. */
  gamma: number;
}

const EXPONENTIAL: OptionNames<ExponentialOptions> = { gamma: true };

/**
 * Multiplies the rate by `gamma` at every step: PyTorch's `ExponentialLR`. rate(t) = start ·
 * gamma^t
 *
 * @throws RangeError for a negative rate and a gamma of 0 or less
 *
 * @example
 * ```ts
 * import { exponential } from '@trainkit/optimizers';
 *
 * console.log([0, 1, 2].map(exponential(1, { gamma: 0.5 }))); // → [ 1, 0.5, 0.25 ]
 * ```
 */
export function exponential(start: number, options: ExponentialOptions): Schedule {
  const { gamma } = checkOptions('exponential', options, EXPONENTIAL);
  checkNumber('exponential', 'start', start, { min: 0 });
  checkNumber('exponential', 'gamma', gamma, { above: 0 });
  return (step) => start * gamma ** step;
}
