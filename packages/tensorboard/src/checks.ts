import { checkInteger, expected } from '@trainkit/checks';

/**
 * Throws if `text` holds one half of a surrogate pair, which has no UTF-8 and would be written as
 * another character.
 */
export function checkWhole(method: string, name: string, text: string): void {
  if (/\p{Surrogate}/u.test(text))
    throw new RangeError(
      expected(method, name, text, 'whole characters', 'Half of a surrogate pair is no character.'),
    );
}

/** Throws unless `value` can name something in TensorBoard. */
export function checkName(method: string, name: string, value: unknown): asserts value is string {
  if (typeof value !== 'string' || value === '')
    throw new TypeError(
      expected(method, name, value, 'a string that is not empty', 'Write for example "train/loss".'),
    );
  checkWhole(method, name, value);
}

/** Throws unless `step` is a step that a number holds exactly. */
export function checkStep(method: string, name: string, step: unknown): asserts step is number {
  const instead = typeof step === 'bigint' ? `Write Number(${name}).` : '';
  checkInteger(method, name, step, { max: Number.MAX_SAFE_INTEGER, instead });
}

/**
 * The limit of wall times: Unix seconds above it are years after 5000, and milliseconds are years
 * after 1973.
 */
const NO_SECONDS = 1e11;

/**
 * Throws unless `wallTime` is a time in seconds. TensorBoard stops reading a file at a time of NaN.
 */
export function checkWallTime(method: string, wallTime: unknown): asserts wallTime is number {
  if (typeof wallTime === 'number' && wallTime >= 0 && wallTime < NO_SECONDS) return;
  const instead =
    typeof wallTime === 'number' && wallTime >= NO_SECONDS ? 'Write milliseconds as Date.now() / 1000.' : '';
  throw new RangeError(expected(method, 'wallTime', wallTime, 'a time in seconds since 1970', instead));
}

/**
 * Throws unless `value` is a number. NaN and infinities are allowed, so that a diverging loss is
 * visible.
 */
export function checkScalar(method: string, name: string, value: unknown): asserts value is number {
  if (typeof value === 'number') return;
  const isTensor = typeof value === 'object' && value !== null && 'dataSync' in value;
  const instead = isTensor ? 'Write tensor.dataSync()[0].' : '';
  throw new TypeError(expected(method, name, value, 'a number', instead));
}

/** Throws unless `value` is an object with values by name. */
export function checkRecord(method: string, name: string, value: unknown): void {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return;
  throw new TypeError(expected(method, name, value, 'an object such as { name: value }'));
}
