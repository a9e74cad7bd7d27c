/** The mean of at least one value. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** What several seeds gave for one figure. */
export interface Spread {
  mean: number;
  min: number;
  max: number;
  /** Standard deviation with n − 1; 0 for one seed. */
  std: number;
  seeds: number;
}

/** Mean, extremes and standard deviation of at least one value. */
export function spread(values: readonly number[]): Spread {
  const seeds = values.length;
  if (seeds === 0) throw new RangeError('A spread needs at least one value.');
  const middle = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - middle) ** 2, 0);
  const std = seeds > 1 ? Math.sqrt(squares / (seeds - 1)) : 0;
  return { mean: middle, min: Math.min(...values), max: Math.max(...values), std, seeds };
}

/** The mean of each value and up to `window - 1` before it. */
export function runningMean(values: readonly number[], window: number): number[] {
  let sum = 0;
  return values.map((value, index) => {
    sum += value - (index >= window ? (values[index - window] ?? 0) : 0);
    return sum / Math.min(index + 1, window);
  });
}

/** Over how many steps the thick lines of the pictures are means: a fortieth of a run. */
export function smoothingWindow(steps: number): number {
  return Math.max(1, Math.round(steps / 40));
}

/**
 * How far apart two accuracies may lie by chance alone, since others images could have been in the test set: 1.96
 * standard deviations of the difference of two independent ones.
 *
 * It is on the safe side for two networks that are tested on the same images.
 */
export function chanceDifference(accuracy: number, images: number): number {
  return 1.96 * Math.sqrt((2 * accuracy * (1 - accuracy)) / images);
}
