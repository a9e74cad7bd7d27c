import { expected } from './show.js';

/** A shape in an error message: `[2, 3]`. */
export function showShape(shape: readonly number[]): string {
  return `[${shape.join(', ')}]`;
}

/** Returns true for the size of a dimension that is not empty: a whole number of at least 1. */
export function isSize(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0;
}

/** Returns true if two shapes have the same sizes in the same order. */
export function isSameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

/**
 * Throws unless `shape` is an array of whole numbers of at least 0.
 *
 * @throws RangeError
 */
export function checkShape(where: string, name: string, shape: unknown): asserts shape is readonly number[] {
  if (Array.isArray(shape) && shape.every((size) => Number.isSafeInteger(size) && size >= 0)) return;
  throw new RangeError(
    expected(where, name, shape, 'an array of whole numbers of at least 0', 'Write for example [784, 256].'),
  );
}
