import { checkNumber, expected } from '@trainkit/checks';

/** The learning rate of each update, from its number: step 0 is the first. */
export type Schedule = (step: number) => number;

/** A learning rate: a number that holds until it is set, or a schedule. */
export type LearningRate = number | Schedule;

/** Options of which none is missing. */
export type Complete<Options> = { [Name in keyof Options]-?: Exclude<Options[Name], undefined> };

/** The options that every optimizer has. */
export interface OptimizerOptions {
  /** The learning rate, a number of at least 0 or a schedule `(step) => rate`. */
  learningRate?: LearningRate | undefined;
}

/** The rate of the update number `step`; throws unless it is a finite number of at least 0. */
export function rateAt(where: string, learningRate: LearningRate, step: number): number {
  if (typeof learningRate !== 'function') {
    checkNumber(where, 'learningRate', learningRate, { min: 0 });
    return learningRate;
  }
  const rate = learningRate(step);
  if (Number.isFinite(rate) && rate >= 0) return rate;
  throw new RangeError(
    expected(
      where,
      `the rate of the schedule at step ${step}`,
      rate,
      'a finite number of at least 0',
      'Nothing was updated.',
    ),
  );
}

/** Throws unless a learning rate can be one; a schedule is asked only when a step needs it. */
export function checkLearningRate(where: string, name: string, learningRate: unknown): void {
  if (typeof learningRate === 'function') return;
  checkNumber(where, name, learningRate, { min: 0, or: 'a schedule (step) => rate' });
}
