import { checkOptions } from '../describe.js';
import type { Schedule } from '../hyperparameters.js';
import { checkPositive, checkRate } from './checks.js';

/** Options of {@link exponential}. */
export interface ExponentialOptions {
  /** What the rate is multiplied by at each step. */
  gamma: number;
}

/**
 * Multiplies the rate by `gamma` at every step: PyTorch's `ExponentialLR`. rate(t) = start · gamma^t
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
  checkOptions('exponential', options, '{ gamma: 0.9 }');
  const { gamma } = options;
  checkRate('exponential', 'the starting rate', start);
  checkPositive('exponential', 'gamma', gamma);
  return (step) => start * gamma ** step;
}
