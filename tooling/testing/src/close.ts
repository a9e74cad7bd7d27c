import { Tensor } from '@tensorflow/tfjs-core';
import { expect } from 'vitest';

/** Tolerances for two arrays: |actual − expected| ≤ atol + rtol · |expected| for each element. */
export interface Closeness {
  /** Absolute tolerance, default 1e-6. */
  atol?: number;
  /** Relative tolerance, default 1e-6. */
  rtol?: number;
}

/** Numbers in any form: a tensor, a typed array, nested arrays. */
export type Numbers = Tensor | ArrayLike<number> | readonly Numbers[] | number;

/**
 * Asserts that two arrays agree element by element, and reports their largest difference.
 *
 * Equal infinities, and NaN at the same position, agree. Only the number of elements is compared,
 * so assert the shape separately.
 */
export function expectAllClose(
  actual: Numbers,
  expected: Numbers,
  { atol = 1e-6, rtol = 1e-6 }: Closeness = {},
): void {
  const a = flatten(actual);
  const b = flatten(expected);
  expect(a.length, 'number of elements').toBe(b.length);
  let worst = -1;
  let excess = 0;
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i]!, b[i]!];
    if (Object.is(x, y) || x === y) continue;
    const over = Math.abs(x - y) - (atol + rtol * Math.abs(y));
    if (Number.isNaN(over) || over > excess) {
      worst = i;
      excess = Number.isNaN(over) ? Number.POSITIVE_INFINITY : over;
    }
  }
  const where = `element ${worst}: ${a[worst]} where ${b[worst]} is expected (atol ${atol}, rtol ${rtol})`;
  expect(worst, where).toBe(-1);
}

function flatten(value: Numbers): number[] {
  if (typeof value === 'number') return [value];
  if (value instanceof Tensor) return Array.from(value.dataSync());
  return Array.from(value as ArrayLike<Numbers>).flatMap((item) =>
    typeof item === 'number' ? item : flatten(item),
  );
}
