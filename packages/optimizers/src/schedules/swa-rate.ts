import { checkInteger, checkNumber, checkOneOf, checkOptions, type OptionNames } from '@trainkit/checks';
import type { LearningRate, Schedule } from '../hyperparameters.js';
import { anneal } from './cosine.js';
import { asSchedule } from './join.js';
import { straight } from './one-cycle.js';

/** Options of {@link swaRate}. */
export interface SWARateOptions {
  /** The step at which averaging begins. */
  start: number;
  /** The rate while weights are averaged: PyTorch's swa_lr. */
  rate: number;
  /** The number of steps from the rate before to that one, default 10; PyTorch's anneal_epochs. */
  steps?: number | undefined;
  /** The shape of that slope, default 'cosine'. */
  anneal?: 'cosine' | 'linear' | undefined;
}

const SWA_RATE: OptionNames<SWARateOptions> = { start: true, rate: true, steps: true, anneal: true };

/**
 * A schedule that ends in a constant rate, at which weights are averaged: PyTorch's `SWALR`. See
 * `StochasticWeightAveraging`.
 *
 * rate(t) = before(t) up to `start`, then from before(start) to `rate` in `steps` steps.
 *
 * The trap: PyTorch's counts epochs; this counts updates.
 *
 * @param before a schedule, or a number for a rate that holds
 * @throws RangeError for a negative rate or number of steps
 *
 * @example
 * ```ts
 * import { swaRate } from '@trainkit/optimizers';
 *
 * const schedule = swaRate(1, { start: 2, rate: 0.5, steps: 2, anneal: 'linear' });
 * console.log([0, 1, 2, 3, 4, 5].map(schedule)); // → [ 1, 1, 1, 0.75, 0.5, 0.5 ]
 * ```
 *
 * Source: P. Izmailov et al., "Averaging Weights Leads to Wider Optima and Better Generalization",
 * UAI 2018.
 */
export function swaRate(before: LearningRate, options: SWARateOptions): Schedule {
  const { start, rate, steps = 10, anneal: shape = 'cosine' } = checkOptions('swaRate', options, SWA_RATE);
  checkInteger('swaRate', 'start', start, { min: 0 });
  checkNumber('swaRate', 'rate', rate, { min: 0 });
  checkInteger('swaRate', 'steps', steps, { min: 0 });
  checkOneOf('swaRate', 'anneal', shape, ['cosine', 'linear']);
  const schedule = asSchedule('swaRate', before, 0);
  const slope = shape === 'cosine' ? anneal : straight;
  return (step) => {
    if (step < start) return schedule(step);
    return steps === 0 ? rate : slope(schedule(start), rate, (step - start) / steps);
  };
}
