import { toJsonNumber } from '../state/json-numbers.js';
import { sha256InJavaScript } from '../state/sha256.js';

/**
 * The SHA-256 of plain JSON, as 64 hexadecimal digits, independent of the order of its keys. A
 * result contains it, so that a manual change is detected.
 *
 * @example
 * ```ts
 * import { digestOf } from '@trainkit/trainer';
 *
 * console.log(digestOf({ step: 1, loss: 2 }) === digestOf({ loss: 2, step: 1 })); // → true
 * ```
 */
export function digestOf(value: unknown): string {
  return sha256InJavaScript(new TextEncoder().encode(JSON.stringify(value, inOrder)));
}

/** Handles NaN, which JSON lacks and a validation may return. */
function inOrder(_key: string, value: unknown): unknown {
  if (typeof value === 'number') return toJsonNumber(value);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
