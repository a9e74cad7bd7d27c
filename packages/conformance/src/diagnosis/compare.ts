import { ANYTHING, Failure, type Observation } from './observation.js';

/** True if |actual − expected| ≤ tolerance · (1 + |expected|). */
function close(actual: number, expected: number, tolerance: number): boolean {
  if (Object.is(actual, expected) || actual === expected) return true;
  // A tolerance relative to an infinity would accept every number.
  return Number.isFinite(expected) && Math.abs(actual - expected) <= tolerance * (1 + Math.abs(expected));
}

/**
 * True if an observation equals its prediction: the same numbers, or a failure of the same kind.
 */
export function agrees(actual: Observation, predicted: Observation, tolerance: number): boolean {
  if (predicted === ANYTHING) return true;
  if (actual instanceof Failure || predicted instanceof Failure) {
    return (
      actual instanceof Failure &&
      predicted instanceof Failure &&
      actual.kind === predicted.kind &&
      (predicted.pattern?.test(actual.message) ?? true)
    );
  }
  return (
    actual.length === predicted.length && actual.every((value, i) => close(value, predicted[i]!, tolerance))
  );
}

/**
 * The index at which two lists of equal length differ most; an unexpected NaN counts as the largest
 * difference.
 */
export function furthest(
  actual: readonly number[],
  expected: readonly number[],
): { at: number; difference: number } {
  let worst = { at: 0, difference: -1 };
  for (const [at, value] of actual.entries()) {
    const wanted = expected[at]!;
    const difference = Object.is(value, wanted) || value === wanted ? 0 : Math.abs(value - wanted);
    if (Number.isNaN(difference)) return { at, difference: Number.POSITIVE_INFINITY };
    if (difference > worst.difference) worst = { at, difference };
  }
  return worst;
}
