import { describeValue } from './describe.js';

/** The learning rate of each update, from its number: step 0 is the first. */
export type Schedule = (step: number) => number;

/** A learning rate: a number that holds until it is set, or a schedule. */
export type LearningRate = number | Schedule;

/** What every optimizer's groups have. */
export interface Hyperparameters {
  /** The rate, or the schedule that gives it. */
  learningRate: LearningRate;
}

/** The rate of the update number `step`; throws unless it is a finite number of at least 0. */
export function rateAt(where: string, learningRate: LearningRate, step: number): number {
  if (typeof learningRate !== 'function') {
    checkNonNegative(where, 'learningRate', learningRate);
    return learningRate;
  }
  const rate = learningRate(step);
  if (Number.isFinite(rate) && rate >= 0) return rate;
  throw new RangeError(
    `${where}: the schedule must give a finite rate of at least 0; at step ${step} it gave ${describeValue(rate)}. ` +
      'Nothing was updated.',
  );
}

/** Throws unless a learning rate can be one; a schedule is asked only when a step needs it. */
export function checkLearningRate(where: string, learningRate: LearningRate): void {
  if (typeof learningRate === 'function') return;
  checkNonNegative(where, 'learningRate', learningRate, ', or a schedule (step) => rate');
}

export function checkNonNegative(where: string, name: string, value: number, alternative = ''): void {
  if (Number.isFinite(value) && value >= 0) return;
  throw new RangeError(
    `${where}: ${name} must be a finite number of at least 0${alternative}; received ${describeValue(value)}.`,
  );
}

export function checkFlag(where: string, name: string, value: boolean): void {
  if (typeof value === 'boolean') return;
  throw new TypeError(`${where}: ${name} must be true or false; received ${describeValue(value)}.`);
}
