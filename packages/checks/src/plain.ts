/**
 * Returns true for a plain object of any realm: no array, no instance of a class.
 *
 * @example
 * ```ts
 * import { isPlain } from '@trainkit/checks';
 *
 * console.log(isPlain({ a: 1 }), isPlain([1]), isPlain(new Map())); // → true false false
 * ```
 */
export function isPlain<T>(value: T): value is T & Readonly<Record<string, never>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: object | null = Object.getPrototypeOf(value);
  return prototype === null || Object.hasOwn(prototype, 'hasOwnProperty');
}
