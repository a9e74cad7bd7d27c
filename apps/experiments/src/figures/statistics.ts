/** The mean of at least one value. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The spread of one figure over several seeds. */
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

/** Returns the window of the charts' running means in steps: a fortieth of a run. */
export function smoothingWindow(steps: number): number {
  return Math.max(1, Math.round(steps / 40));
}

/**
 * Returns the difference between two accuracies that the choice of test images can cause by chance:
 * 1.96 standard deviations of the difference of two independent accuracies.
 *
 * This is an upper bound for two networks that are tested on the same images.
 */
export function chanceDifference(accuracy: number, images: number): number {
  return 1.96 * Math.sqrt((2 * accuracy * (1 - accuracy)) / images);
}
