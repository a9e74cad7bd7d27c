import { nearestName } from './nearest-name.js';
import { expected, show } from './show.js';

/** The numbers that {@link checkNumber} accepts. */
export interface NumberRange {
  /** The smallest number. */
  min?: number | undefined;
  /** An exclusive lower bound. */
  above?: number | undefined;
  /** The largest number. */
  max?: number | undefined;
  /** An exclusive upper bound. */
  below?: number | undefined;
  /** True to accept only whole numbers. */
  integer?: boolean | undefined;
  /** Another kind of value that the caller accepts, for the message: `'a schedule'`. */
  or?: string | undefined;
  /** The advice at the end of the message: a sentence with its full stop. */
  instead?: string | undefined;
}

/**
 * Throws unless `value` is a finite number in `range`.
 *
 * @throws TypeError if it is no number
 * @throws RangeError if it is not finite or outside of the range
 *
 * @example
 * ```ts
 * import { checkNumber } from '@trainkit/checks';
 *
 * try {
 *   checkNumber('clip', 'max', -1, { above: 0 });
 * } catch (error) {
 *   console.log(`${error}`); // → RangeError: clip: max is -1; expected a finite number above 0.
 * }
 * ```
 */
export function checkNumber(
  where: string,
  name: string,
  value: unknown,
  range: NumberRange = {},
): asserts value is number {
  const { min = -Infinity, above = -Infinity, max = Infinity, below = Infinity, integer = false } = range;
  if (
    typeof value === 'number' &&
    (integer ? Number.isSafeInteger(value) : Number.isFinite(value)) &&
    value >= min &&
    value > above &&
    value <= max &&
    value < below
  )
    return;
  const ErrorType = typeof value === 'number' ? RangeError : TypeError;
  throw new ErrorType(expected(where, name, value, describeRange(range), range.instead));
}

/** Throws unless `value` is a whole number of at least `min`, by default 0. */
export function checkInteger(
  where: string,
  name: string,
  value: unknown,
  { min = 0, ...range }: NumberRange = {},
): asserts value is number {
  checkNumber(where, name, value, { min, ...range, integer: true });
}

/** Throws unless `value` is a probability, from 0 to 1. */
export function checkProbability(
  where: string,
  name: string,
  value: unknown,
  instead?: string,
): asserts value is number {
  if (typeof value === 'number' && value >= 0 && value <= 1) return;
  const ErrorType = typeof value === 'number' ? RangeError : TypeError;
  throw new ErrorType(expected(where, name, value, 'a probability from 0 to 1', instead));
}

/** Throws unless `value` is a boolean. */
export function checkFlag(where: string, name: string, value: unknown): asserts value is boolean {
  if (typeof value === 'boolean') return;
  throw new TypeError(expected(where, name, value, 'true or false'));
}

/** Throws unless `value` is a function. */
export function checkFunction(where: string, name: string, value: unknown, instead?: string): void {
  if (typeof value === 'function') return;
  throw new TypeError(expected(where, name, value, 'a function', instead));
}

/** Throws unless `value` is one of `choices`; the message suggests the most similar choice. */
export function checkOneOf<Choice extends string>(
  where: string,
  name: string,
  value: unknown,
  choices: readonly Choice[],
): asserts value is Choice {
  if (choices.some((choice) => choice === value)) return;
  const meant = typeof value === 'string' ? nearestName(value, choices) : undefined;
  throw new (typeof value === 'string' ? RangeError : TypeError)(
    expected(
      where,
      name,
      value,
      choices.map(show).join(' or '),
      meant === undefined ? '' : `Write ${show(meant)}.`,
    ),
  );
}

function describeRange({ min, above, max, below, integer = false, or }: NumberRange): string {
  const kind = integer ? 'a whole number' : 'a finite number';
  const bounds: string[] = [];
  if (min !== undefined && max !== undefined) bounds.push(`from ${min} to ${max}`);
  else if (min !== undefined) bounds.push(`of at least ${min}`);
  else if (max !== undefined) bounds.push(`of at most ${max}`);
  if (above !== undefined) bounds.push(`above ${above}`);
  if (below !== undefined) bounds.push(`below ${below}`);
  const alternative = or === undefined ? '' : `, or ${or}`;
  return `${[kind, ...(bounds.length === 0 ? [] : [bounds.join(' and ')])].join(' ')}${alternative}`;
}
