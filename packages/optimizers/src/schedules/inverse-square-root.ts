import { checkNumber, checkOptions, type OptionNames } from '@trainkit/checks';
import type { Schedule } from '../hyperparameters.js';

/** Options of {@link inverseSquareRoot}. */
export interface InverseSquareRootOptions {
  /** The number of steps by which the rate is divided by √2, default 10,000. */
  timescale?: number | undefined;
}

const INVERSE_SQUARE_ROOT: OptionNames<InverseSquareRootOptions> = { timescale: true };

/**
 * Falls with the root of the steps, and needs no number of steps. rate(t) = start · √(timescale /
 * (timescale + t))
 *
 * The schedule of the Transformer and of T5 is this one after a warm-up as long as its timescale:
 * `linearWarmup(inverseSquareRoot(peak, { timescale: 4000 }), { steps: 4000 })`.
 *
 * @throws RangeError for a negative rate and a timescale of 0 or less
 *
 * @example
 * ```ts
 * import { inverseSquareRoot } from '@trainkit/optimizers';
 *
 * console.log([0, 3, 15].map(inverseSquareRoot(1, { timescale: 1 }))); // → [ 1, 0.5, 0.25 ]
 * ```
 *
 * Source: A. Vaswani et al., "Attention Is All You Need", NeurIPS 2017, section 5.3.
 */
export function inverseSquareRoot(start: number, options: InverseSquareRootOptions = {}): Schedule {
  const { timescale = 10_000 } = checkOptions('inverseSquareRoot', options, INVERSE_SQUARE_ROOT);
  checkNumber('inverseSquareRoot', 'start', start, { min: 0 });
  checkNumber('inverseSquareRoot', 'timescale', timescale, { above: 0 });
  return (step) => start * Math.sqrt(timescale / (timescale + step));
}
