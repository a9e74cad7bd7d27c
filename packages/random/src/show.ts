/** What is written of a list, and how deep lists in lists are: a whole data set may be what came. */
const ELEMENTS = 10;
const DEPTH = 2;

/**
 * A value as it would be typed, for error messages: `"3"`, `3` and `3n` do not read alike.
 *
 * Of an array come its first ten elements, and of arrays in arrays two levels. Never runs code of the value: objects
 * are named by their class, since `String(tensor)` reads a tensor's data.
 *
 * @example
 * ```ts
 * import { show } from '@trainkit/random';
 *
 * console.log(show('3'), show(3n), show([2, '3']), show(new Map())); // → "3" 3n [2, "3"] [object Map]
 * ```
 */
export function show(value: unknown): string {
  return written(value, DEPTH);
}

function written(value: unknown, depth: number): string {
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'function') return `function ${value.name || '(anonymous)'}`;
  if (Array.isArray(value)) return list(value, depth);
  if (typeof value !== 'object' || value === null) return String(value);
  const { constructor: made }: { constructor?: unknown } = value;
  return `[object ${typeof made === 'function' ? made.name : 'Object'}]`;
}

function list(values: readonly unknown[], depth: number): string {
  if (depth === 0) return values.length === 0 ? '[]' : '[…]';
  const first = values.slice(0, ELEMENTS).map((value) => written(value, depth - 1));
  const more = values.length > ELEMENTS ? [`… ${values.length - ELEMENTS} more`] : [];
  return `[${[...first, ...more].join(', ')}]`;
}
