/** How many elements a shape has; null where it is no shape, or of more elements than a number can count. */
export function countElements(shape: unknown): number | null {
  if (!Array.isArray(shape) || !shape.every(isSize)) return null;
  // An overflow shows even where a later size is 0, as in Python.
  let count = 1;
  for (const size of shape) {
    count *= size;
    if (!Number.isSafeInteger(count)) return null;
  }
  return count;
}

/** Whether `value` is a whole number that can count elements or bytes; −0, which nobody writes, is none. */
export function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && typeof value === 'number' && (value > 0 || Object.is(value, 0));
}
