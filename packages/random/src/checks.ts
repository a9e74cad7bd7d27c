import { show } from './show.js';

/** Throws unless `n` can be the length of a result. */
export function checkLength(method: string, n: number, max = Number.MAX_SAFE_INTEGER): void {
  if (Number.isSafeInteger(n) && n >= 0 && n <= max) return;
  const limit = max === Number.MAX_SAFE_INTEGER ? '' : ` of at most ${max}`;
  throw new RangeError(
    `${method}: n is the number of values, a whole number from 0 on${limit}; received ${show(n)}.`,
  );
}

/** Throws unless `value` is a finite number. */
export function checkFinite(method: string, name: string, value: number): void {
  if (typeof value === 'number' && Number.isFinite(value)) return;
  throw new RangeError(`${method}: ${name} must be a finite number; received ${show(value)}.`);
}

/** Throws unless `value` is a finite number that float32 holds as one: torch would draw infinities. */
export function checkFloat32(method: string, name: string, value: number): void {
  checkFinite(method, name, value);
  if (Number.isFinite(Math.fround(value))) return;
  throw new RangeError(`${method}: ${name} must be within float32's range; received ${show(value)}.`);
}

/** Throws unless `p` is a probability. */
export function checkProbability(method: string, p: number): void {
  if (typeof p === 'number' && p >= 0 && p <= 1) return;
  throw new RangeError(`${method}: p is a probability, from 0 to 1; received ${show(p)}.`);
}
