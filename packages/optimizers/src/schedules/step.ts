import { checkOptions } from '../describe.js';
import type { Schedule } from '../hyperparameters.js';
import { checkMilestones, checkPositive, checkRate, checkSteps } from './checks.js';

/** Options of {@link step}. */
export interface StepOptions {
  /** The number of steps between two cuts. */
  stepSize: number;
  /** What the rate is multiplied by at each cut, default 0.1. */
  gamma?: number;
}

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
  checkOptions('step', options, '{ stepSize: 100 }');
  const { stepSize, gamma = 0.1 } = options;
  checkRate('step', 'the starting rate', start);
  checkSteps('step', 'stepSize', stepSize);
  checkPositive('step', 'gamma', gamma);
  return (step) => start * gamma ** Math.floor(step / stepSize);
}

/** Options of {@link multiStep}. */
export interface MultiStepOptions {
  /** The steps at which the rate is cut, ascending; one that comes twice cuts twice. */
  milestones: readonly number[];
  /** What the rate is multiplied by at each, default 0.1. */
  gamma?: number;
}

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
  checkOptions('multiStep', options, '{ milestones: [100] }');
  const { milestones, gamma = 0.1 } = options;
  checkRate('multiStep', 'the starting rate', start);
  checkMilestones('multiStep', milestones);
  checkPositive('multiStep', 'gamma', gamma);
  const cuts = [...milestones];
  return (step) => start * gamma ** cuts.filter((milestone) => milestone <= step).length;
}
