/** Returns the sum of the products of two vectors' elements. */
export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}

/** Returns a + factor · b as a new vector. */
export function addScaled(a: Float64Array, factor: number, b: Float64Array): Float64Array {
  return a.map((value, i) => value + factor * (b[i] ?? 0));
}

/** Returns factor · a as a new vector. */
export function scale(factor: number, a: Float64Array): Float64Array {
  return a.map((value) => factor * value);
}

/** Returns the largest absolute value of the elements, NaN where one is NaN. */
export function largest(a: Float64Array): number {
  let found = 0;
  for (const value of a) found = Math.max(found, Math.abs(value));
  return found;
}
