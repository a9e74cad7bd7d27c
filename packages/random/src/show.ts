/**
 * A value as it would be typed, for error messages: `"3"`, `3` and `3n` do not read alike.
 *
 * Never runs code of the value: objects are named by their class, since `String(tensor)` reads a tensor's data.
 *
 * @example
 * ```ts
 * import { show } from '@trainkit/random';
 *
 * console.log(show('3'), show(3n), show([2, '3']), show(new Map())); // → "3" 3n [2, "3"] [object Map]
 * ```
 */
export function show(value: unknown): string {
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'function') return `function ${value.name || '(anonymous)'}`;
  if (Array.isArray(value)) return `[${value.map(show).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  const { constructor: made }: { constructor?: unknown } = value;
  return `[object ${typeof made === 'function' ? made.name : 'Object'}]`;
}
