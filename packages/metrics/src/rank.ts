import type { TypedArray } from '@tensorflow/tfjs-core';

/**
 * Returns true if score `a` is above score `b`. NaN is above all others, as in PyTorch's `argmax`
 * and `topk`.
 */
function isAbove(a: number, b: number): boolean {
  return a > b || (Number.isNaN(a) && !Number.isNaN(b));
}

/** The class of the greatest score of a row; of equal scores the first. */
export function argMaxOfRow(scores: TypedArray, row: number, columns: number): number {
  const start = row * columns;
  let best = 0;
  for (let column = 1; column < columns; column++) {
    if (isAbove(scores[start + column]!, scores[start + best]!)) best = column;
  }
  return best;
}

/**
 * Returns true if a class is among the `k` greatest scores of a row. Of equal scores the first
 * count as greater.
 */
export function isAmongTop(
  scores: TypedArray,
  row: number,
  columns: number,
  label: number,
  k: number,
): boolean {
  const start = row * columns;
  const own = scores[start + label]!;
  let before = 0;
  for (let column = 0; column < columns; column++) {
    const other = scores[start + column]!;
    if (isAbove(other, own) || (column < label && !isAbove(own, other))) before++;
  }
  return before < k;
}
