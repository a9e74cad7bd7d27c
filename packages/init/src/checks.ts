import type { Generator } from '@trainkit/random';

/** A shape as TensorFlow.js writes it: `[in, out]` for a dense weight, `[height, width, in, out]` for a kernel. */
export type Shape = readonly number[];

/** Throws unless `shape` is an array of whole numbers from 0 on. */
export function checkShape(method: string, shape: Shape): void {
  if (Array.isArray(shape) && shape.every((size) => Number.isSafeInteger(size) && size >= 0)) return;
  throw new RangeError(
    `${method}: shape must be an array of whole numbers from 0 on, like [784, 256]; received ${show(shape)}.`,
  );
}

/** Throws unless `value` is a finite number, at least `min`. */
export function checkNumber(method: string, name: string, value: number, min = -Infinity): void {
  if (typeof value === 'number' && Number.isFinite(value) && value >= min) return;
  const floor = min === -Infinity ? '' : ` of at least ${min}`;
  throw new RangeError(`${method}: ${name} must be a finite number${floor}; received ${show(value)}.`);
}

/** Throws unless `generator` draws as a `Generator` does; not by its class, of which a program may hold two copies. */
export function checkGenerator(method: string, generator: Generator): void {
  if (typeof generator?.uniform === 'function' && typeof generator.normal === 'function') return;
  const seed = typeof generator === 'number' || typeof generator === 'bigint' ? show(generator) : 'seed';
  throw new TypeError(
    `${method}: generator must be a Generator of @trainkit/random; received ${show(generator)}. ` +
      `Write { generator: new Generator(${seed}) }.`,
  );
}

/** A value as it would be typed, for error messages: `"3"` and `3` must not read alike. */
export function show(value: unknown): string {
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'string') return JSON.stringify(value);
  return Array.isArray(value) ? `[${value.map(show).join(', ')}]` : String(value);
}
