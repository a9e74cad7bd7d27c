import { checkFunction, checkNumber, expected } from '@trainkit/checks';
import type { LearningRate, Schedule } from '../hyperparameters.js';
import { asSchedule } from './join.js';

/**
 * Multiplies the rate by the factor of each step: PyTorch's `MultiplicativeLR`. rate(t) = start ·
 * factor(1) · … · factor(t)
 *
 * A factor is computed once, so `factor` must return the same number for the same step.
 *
 * @throws RangeError for a negative rate
 *
 * @example
 * ```ts
 * import { multiplicative } from '@trainkit/optimizers';
 *
 * console.log([0, 1, 2, 3].map(multiplicative(6, (step) => 1 / step))); // → [ 6, 6, 3, 1 ]
 * ```
 */
export function multiplicative(start: number, factor: (step: number) => number): Schedule {
  checkNumber('multiplicative', 'start', start, { min: 0 });
  checkFunction('multiplicative', 'factor', factor, 'Write (step) => 0.95, or exponential for a constant.');
  const rates = [start];
  return (step) => {
    for (let next = rates.length; next <= step; next++) rates.push(rates[next - 1]! * factor(next));
    return rates[step]!;
  };
}

/**
 * The product of schedules at each step: PyTorch's `ChainedScheduler`, with the rate in one of them
 * and factors in the others.
 *
 * The trap: PyTorch's `CosineAnnealingLR`, `OneCycleLR` and others with a smallest rate of their
 * own add to what the schedulers before them made; a product does not.
 *
 * @param schedules schedules or numbers, at least one
 *
 * @example
 * ```ts
 * import { chainSchedules, exponential, linear } from '@trainkit/optimizers';
 *
 * const warmUp = linear(0.5, { steps: 2, end: 1 });
 * console.log([0, 1, 2, 3].map(chainSchedules([exponential(1, { gamma: 0.5 }), warmUp]))); // → [ 0.5, 0.375, 0.25, 0.125 ]
 * ```
 */
export function chainSchedules(schedules: readonly LearningRate[]): Schedule {
  const given: unknown = schedules;
  if (!Array.isArray(given) || given.length === 0) {
    throw new TypeError(
      expected(
        'chainSchedules',
        'schedules',
        given,
        'an array of schedules',
        'Write chainSchedules([first, second]).',
      ),
    );
  }
  const parts = schedules.map((schedule, i) => asSchedule('chainSchedules', schedule, i));
  return (step) => parts.reduce((product, part) => product * part(step), 1);
}
