import { expected } from '@trainkit/checks';

/** Throws unless the milestones are steps in ascending order. */
export function checkMilestones(schedule: string, milestones: readonly number[]): void {
  const given: unknown = milestones;
  const isAscending =
    Array.isArray(given) &&
    milestones.every((value, i) => Number.isSafeInteger(value) && value >= (milestones[i - 1] ?? 0));
  if (isAscending) return;
  throw new RangeError(
    expected(schedule, 'milestones', given, 'whole numbers of at least 0 in ascending order'),
  );
}
