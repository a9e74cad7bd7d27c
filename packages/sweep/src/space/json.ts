import { isPlain } from '@trainkit/checks';
import type { Json } from './space.js';

/** Lists and objects inside of each other. */
const MAX_DEPTH = 20;

/**
 * Returns true for a value that JSON keeps as it is: no NaN, no undefined, no instance of a class.
 */
export function isJson(value: unknown, depth = 0): value is Json {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  // JSON has no -0: it would come back as another value.
  if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0);
  if (depth === MAX_DEPTH) return false;
  if (Array.isArray(value)) return value.every((each) => isJson(each, depth + 1));
  return isPlain(value) && Object.values(value).every((each) => isJson(each, depth + 1));
}

/** A text that is the same for equal values, whatever the order of their keys. */
export function jsonKey(value: Json): string {
  return JSON.stringify(value, (_key, each: unknown) =>
    isPlain(each) ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1))) : each,
  );
}
