import { checkInteger, checkNumber, checkOptions, expected, type OptionNames } from '@trainkit/checks';
import type { LearningRate, Schedule } from '../hyperparameters.js';
import { checkMilestones } from './checks.js';
import { constant } from './constant.js';

/** Options of {@link joinSchedules}. */
export interface JoinOptions {
  /** The steps at which each schedule but the first begins, ascending. */
  milestones: readonly number[];
}

const JOIN_SCHEDULES: OptionNames<JoinOptions> = { milestones: true };

/**
 * One schedule after another, each counting from its own beginning: PyTorch's `SequentialLR`.
 *
 * @param schedules schedules, or numbers for rates that hold; one more than there are milestones
 * @throws RangeError where their numbers do not fit and where the milestones do not ascend
 *
 * @example
 * ```ts
 * import { joinSchedules, linear } from '@trainkit/optimizers';
 *
 * const schedule = joinSchedules([1, linear(1, { steps: 2 })], { milestones: [3] });
 * console.log([0, 1, 2, 3, 4, 5].map(schedule)); // → [ 1, 1, 1, 1, 0.5, 0 ]
 * ```
 */
export function joinSchedules(schedules: readonly LearningRate[], options: JoinOptions): Schedule {
  const { milestones } = checkOptions('joinSchedules', options, JOIN_SCHEDULES);
  checkMilestones('joinSchedules', milestones);
  const given: unknown = schedules;
  if (!Array.isArray(given) || schedules.length !== milestones.length + 1) {
    throw new RangeError(
      expected(
        'joinSchedules',
        'schedules',
        given,
        `an array of ${milestones.length + 1}, one more than there are milestones`,
      ),
    );
  }
  const starts = [0, ...milestones];
  const parts = schedules.map((schedule, i) => asSchedule('joinSchedules', schedule, i));
  return (step) => {
    const current = Math.max(
      0,
      starts.findLastIndex((start) => start <= step),
    );
    return parts[current]!(step - starts[current]!);
  };
}

/** Options of {@link linearWarmup}. */
export interface WarmupOptions {
  /** The number of steps in which the rate rises; with 0, `after` begins at once. */
  steps: number;
  /** The rate of the first step, default 0, with which that step changes nothing. */
  start?: number | undefined;
}

const LINEAR_WARMUP: OptionNames<WarmupOptions> = { steps: true, start: true };

/**
 * Rises in a straight line to the first rate of `after`, which then begins at its own step 0.
 *
 * rate(t) = start + (after(0) − start) · t / steps while t < steps, then after(t − steps):
 * PyTorch's `SequentialLR` of `LinearLR` and another. Not the `max` of rates, and nothing of
 * `after` is skipped.
 *
 * @param after a schedule, or a number for a rate that holds
 * @throws RangeError for a negative start and for a number of steps below 0
 *
 * @example
 * ```ts
 * import { cosine, linearWarmup } from '@trainkit/optimizers';
 *
 * const schedule = linearWarmup(cosine(1, { steps: 4 }), { steps: 2 });
 * console.log([0, 1, 2, 4, 6].map((step) => schedule(step).toFixed(2)).join(' ')); // → 0.00 0.50 1.00 0.50 0.00
 * ```
 */
export function linearWarmup(after: LearningRate, options: WarmupOptions): Schedule {
  const { steps, start = 0 } = checkOptions('linearWarmup', options, LINEAR_WARMUP);
  checkNumber('linearWarmup', 'start', start, { min: 0 });
  checkInteger('linearWarmup', 'steps', steps, { min: 0 });
  const schedule = asSchedule('linearWarmup', after, 0);
  return (step) => {
    if (step >= steps) return schedule(step - steps);
    return start + (schedule(0) - start) * (step / steps);
  };
}

/** A schedule, of a number one that is constant; throws for anything else. */
export function asSchedule(where: string, schedule: LearningRate, i: number): Schedule {
  if (typeof schedule === 'function') return schedule;
  if (typeof schedule === 'number') return constant(schedule);
  throw new TypeError(expected(where, `schedule ${i}`, schedule, 'a function (step) => rate or a number'));
}
