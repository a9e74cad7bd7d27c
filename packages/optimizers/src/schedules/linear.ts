import { checkInteger, checkNumber, checkOptions, type OptionNames } from '@trainkit/checks';
import type { Schedule } from '../hyperparameters.js';

/** Options of {@link linear}. */
export interface LinearOptions {
  /** The number of steps that it takes. */
  steps: number;
  /** The rate after them, default 0. */
  end?: number | undefined;
}

const LINEAR: OptionNames<LinearOptions> = { steps: true, end: true };

/**
 * From `start` to `end` in a straight line, then `end`: PyTorch's `LinearLR`, in rates instead of
 * factors.
 *
 * rate(t) = start + (end − start) · min(t / steps, 1)
 *
 * @throws RangeError for a negative rate and for fewer than one step
 *
 * @example
 * ```ts
 * import { linear } from '@trainkit/optimizers';
 *
 * const schedule = linear(1, { steps: 4 });
 * console.log([0, 1, 2, 3, 4, 5].map(schedule)); // → [ 1, 0.75, 0.5, 0.25, 0, 0 ]
 * ```
 */
export function linear(start: number, options: LinearOptions): Schedule {
  const { steps, end = 0 } = checkOptions('linear', options, LINEAR);
  checkNumber('linear', 'start', start, { min: 0 });
  checkNumber('linear', 'end', end, { min: 0 });
  checkInteger('linear', 'steps', steps, { min: 1 });
  // At the end exactly `end`, which start + (end − start) need not be.
  return (step) => (step >= steps ? end : start + (end - start) * (step / steps));
}
