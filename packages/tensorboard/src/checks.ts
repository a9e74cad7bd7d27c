import { inspect } from 'node:util';

/** A value as it would be typed, for error messages, cut short where it is long. */
export function show(value: unknown): string {
  return inspect(value, { depth: 0, maxArrayLength: 10, maxStringLength: 100, breakLength: Infinity });
}

/** Throws unless `options` can be read as options, for callers without types. */
export function checkObject(method: string, options: unknown): void {
  if (typeof options === 'object' && options !== null && !Array.isArray(options)) return;
  throw new TypeError(`${method}: options is an object, like {}, or left out; received ${show(options)}.`);
}

/** Throws where `text` holds a half of a surrogate pair. It has no UTF-8: it would be written as another character. */
export function checkWhole(method: string, name: string, text: string): void {
  if (/\p{Surrogate}/u.test(text))
    throw new RangeError(`${method}: ${name} holds half a character; received ${show(text)}.`);
}

/** Throws unless `value` can name something in TensorBoard. */
export function checkName(method: string, name: string, value: unknown): asserts value is string {
  if (typeof value !== 'string' || value === '')
    throw new TypeError(
      `${method}: ${name} must be a text that is not empty, like "train/loss"; received ${show(value)}.`,
    );
  checkWhole(method, name, value);
}

/** Throws unless `step` is a step that a number holds exactly. */
export function checkStep(method: string, name: string, step: unknown): asserts step is number {
  if (typeof step === 'bigint')
    throw new TypeError(`${method}: ${name} must be a number; received ${step}n: write Number(${name}).`);
  if (typeof step !== 'number' || !Number.isSafeInteger(step) || step < 0)
    throw new RangeError(
      `${method}: ${name} must be a whole number from 0 to 2^53 - 1; received ${show(step)}.`,
    );
}

/** From here on Unix seconds are years after 5000, and milliseconds are years after 1973. */
const NO_SECONDS = 1e11;

/** Throws unless `wallTime` is a time in seconds. A file with a time of NaN is not read on by TensorBoard. */
export function checkWallTime(method: string, wallTime: unknown): asserts wallTime is number {
  if (typeof wallTime === 'number' && wallTime >= 0 && wallTime < NO_SECONDS) return;
  const hint =
    typeof wallTime === 'number' && wallTime >= NO_SECONDS ? ': write milliseconds as Date.now() / 1000' : '';
  throw new RangeError(`${method}: wallTime is in seconds since 1970; received ${show(wallTime)}${hint}.`);
}

/** Throws unless `value` is a number. NaN and infinities are numbers: a loss that diverges is worth seeing. */
export function checkNumber(method: string, name: string, value: unknown): asserts value is number {
  if (typeof value === 'number') return;
  throw new TypeError(`${method}: ${name} must be a number; received ${show(value)}${scalarHint(value)}.`);
}

function scalarHint(value: unknown): string {
  const tensor = typeof value === 'object' && value !== null && 'dataSync' in value;
  return tensor ? ': write tensor.dataSync()[0]' : '';
}
