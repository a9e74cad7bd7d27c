/** The number of elements of a shape; null if it is not a shape, or the number is too large. */
export function countElements(shape: unknown): number | null {
  if (!Array.isArray(shape) || !shape.every(isSize)) return null;
  // An overflow is detected even if a later size is 0, as in Python.
  let count = 1;
  for (const size of shape) {
    count *= size;
    if (!Number.isSafeInteger(count)) return null;
  }
  return count;
}

/** True if `value` is a whole number that can count elements or bytes; −0 is refused. */
export function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && typeof value === 'number' && (value > 0 || Object.is(value, 0));
}
