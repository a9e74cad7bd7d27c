import { show } from '@trainkit/random';

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
