import { describeValue } from '../describe.js';

export function checkRate(schedule: string, name: string, value: number): void {
  if (Number.isFinite(value) && value >= 0) return;
  throw new RangeError(
    `${schedule}: ${name} must be a finite number of at least 0; received ${describeValue(value)}.`,
  );
}

export function checkPositive(schedule: string, name: string, value: number): void {
  if (Number.isFinite(value) && value > 0) return;
  throw new RangeError(
    `${schedule}: ${name} must be a finite number above 0; received ${describeValue(value)}.`,
  );
}

export function checkSteps(schedule: string, name: string, value: number): void {
  if (Number.isSafeInteger(value) && value > 0) return;
  throw new RangeError(
    `${schedule}: ${name} must be a whole number of at least 1; received ${describeValue(value)}.`,
  );
}

/** Throws unless the milestones are steps in ascending order. */
export function checkMilestones(schedule: string, milestones: readonly number[]): void {
  const given: unknown = milestones;
  const right =
    Array.isArray(given) &&
    milestones.every((value, i) => Number.isSafeInteger(value) && value >= (milestones[i - 1] ?? 0));
  if (right) return;
  throw new RangeError(
    `${schedule}: milestones must be whole numbers of at least 0 in ascending order; received ` +
      `${Array.isArray(given) ? `[${given.join(', ')}]` : describeValue(given)}.`,
  );
}
