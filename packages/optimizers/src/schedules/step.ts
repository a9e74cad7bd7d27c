import { checkInteger, checkNumber, checkOptions, type OptionNames } from '@trainkit/checks';
import type { Schedule } from '../hyperparameters.js';
import { checkMilestones } from './checks.js';

/** Options of {@link step}. */
export interface StepOptions {
  /** The number of steps between two cuts. */
  stepSize: number;
  /** The factor of the rate at each cut, default 0.1. */
  gamma?: number | undefined;
}

const STEP: OptionNames<StepOptions> = { stepSize: true, gamma: true };

/**
 * Cuts the rate every `stepSize` steps: PyTorch's `StepLR`. rate(t) = start · gamma^⌊t / stepSize⌋
 *
 * The trap: PyTorch's schedulers are mostly stepped once an epoch; a schedule here counts updates.
 *
 * @throws RangeError for a negative rate, a gamma of 0 or less, and a step size below 1
 *
 * @example
 * ```ts
 * import { step } from '@trainkit/optimizers';
 *
 * const schedule = step(1, { stepSize: 2, gamma: 0.5 });
 * console.log([0, 1, 2, 3, 4].map(schedule)); // → [ 1, 1, 0.5, 0.5, 0.25 ]
 * ```
 */
export function step(start: number, options: StepOptions): Schedule {
  const { stepSize, gamma = 0.1 } = checkOptions('step', options, STEP);
  checkNumber('step', 'start', start, { min: 0 });
  checkInteger('step', 'stepSize', stepSize, { min: 1 });
  checkNumber('step', 'gamma', gamma, { above: 0 });
  return (step) => start * gamma ** Math.floor(step / stepSize);
}

/** Options of {@link multiStep}. */
export interface MultiStepOptions {
  /** The steps at which the rate is cut, ascending; one that comes twice cuts twice. */
  milestones: readonly number[];
  /** The factor of the rate at each, default 0.1. */
  gamma?: number | undefined;
}

const MULTI_STEP: OptionNames<MultiStepOptions> = { milestones: true, gamma: true };

/**
 * Cuts the rate at the steps that are listed: PyTorch's `MultiStepLR`.
 *
 * rate(t) = start · gamma^n, n being the number of milestones up to and with t.
 *
 * @throws RangeError for a negative rate, a gamma of 0 or less, and milestones that do not ascend
 *
 * @example
 * ```ts
 * import { multiStep } from '@trainkit/optimizers';
 *
 * const schedule = multiStep(1, { milestones: [1, 4], gamma: 0.5 });
 * console.log([0, 1, 2, 3, 4].map(schedule)); // → [ 1, 0.5, 0.5, 0.5, 0.25 ]
 * ```
 */
export function multiStep(start: number, options: MultiStepOptions): Schedule {
  const { milestones, gamma = 0.1 } = checkOptions('multiStep', options, MULTI_STEP);
  checkNumber('multiStep', 'start', start, { min: 0 });
  checkMilestones('multiStep', milestones);
  checkNumber('multiStep', 'gamma', gamma, { above: 0 });
  const cuts = [...milestones];
  return (step) => start * gamma ** cuts.filter((milestone) => milestone <= step).length;
}
