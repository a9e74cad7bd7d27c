/**
 * The reduction of the classes' scores.
 *
 * - `'micro'`: the counts of all classes are added first. With one label for each row this is the
 *   accuracy.
 * - `'macro'`: the mean of the classes. Classes that are neither labelled nor predicted are left
 *   out.
 * - `'weighted'`: the mean of the classes, weighted by their labels.
 * - `'none'`: one score for each class.
 */
export type Average = keyof AveragedScore;

/** The type of a score by its {@link Average}. */
export interface AveragedScore {
  /** Over the counts of all classes. */
  micro: number;
  /** The mean of the classes. */
  macro: number;
  /** The mean of the classes, weighted by their labels. */
  weighted: number;
  /** One score for each class. */
  none: number[];
}

/** The mean of `scores` with `weights`; NaN if all weights are 0. */
export function weightedMean(scores: readonly number[], weights: readonly number[]): number {
  let sum = 0;
  let total = 0;
  for (const [i, score] of scores.entries()) {
    sum += score * weights[i]!;
    total += weights[i]!;
  }
  return sum / total;
}
