import { checkInteger, checkNumber, checkOptions, type OptionNames } from '@trainkit/checks';
import type { Schedule } from '../hyperparameters.js';

/** Options of {@link polynomial}. */
export interface PolynomialOptions {
  /** The number of steps that it takes. */
  steps: number;
  /** The exponent, default 1: a straight line. */
  power?: number | undefined;
  /** The rate after them, default 0. */
  end?: number | undefined;
}

const POLYNOMIAL: OptionNames<PolynomialOptions> = { steps: true, power: true, end: true };

/**
 * From `start` to `end` along a power, then `end`: PyTorch's `PolynomialLR`, whose end is always 0.
 *
 * rate(t) = end + (start − end) · (1 − min(t / steps, 1))^power
 *
 * @throws RangeError for a negative rate, a power of 0 or less, and fewer than one step
 *
 * @example
 * ```ts
 * import { polynomial } from '@trainkit/optimizers';
 *
 * const schedule = polynomial(1, { steps: 4, power: 2 });
 * console.log([0, 1, 2, 3, 4].map(schedule)); // → [ 1, 0.5625, 0.25, 0.0625, 0 ]
 * ```
 */
export function polynomial(start: number, options: PolynomialOptions): Schedule {
  const { steps, power = 1, end = 0 } = checkOptions('polynomial', options, POLYNOMIAL);
  checkNumber('polynomial', 'start', start, { min: 0 });
  checkNumber('polynomial', 'end', end, { min: 0 });
  checkInteger('polynomial', 'steps', steps, { min: 1 });
  checkNumber('polynomial', 'power', power, { above: 0 });
  return (step) => end + (start - end) * (1 - Math.min(step / steps, 1)) ** power;
}
