/** The statistics of many weights. */
export interface Sample {
  readonly mean: number;
  readonly variance: number;
  /**
   * The fourth moment over the squared variance: 1.8 for a uniform distribution, 3 for a normal
   * one.
   */
  readonly kurtosis: number;
  readonly largest: number;
  readonly count: number;
}

/** The moments of `values`. */
export function sampleOf(values: readonly number[]): Sample {
  const average = (f: (value: number) => number) =>
    values.reduce((sum, value) => sum + f(value), 0) / values.length;
  const mean = average((value) => value);
  const variance = average((value) => (value - mean) ** 2);
  return {
    mean,
    variance,
    kurtosis: average((value) => (value - mean) ** 4) / variance ** 2,
    largest: values.reduce((most, value) => Math.max(most, Math.abs(value)), 0),
    count: values.length,
  };
}

/**
 * Six standard deviations of the mean of a sample, relative to the standard deviation of the
 * distribution.
 */
export function meanTolerance(count: number): number {
  return 6 / Math.sqrt(count);
}

/**
 * Six standard deviations of the variance of a normal sample, relative to the variance; a uniform
 * sample varies less.
 */
export function varianceTolerance({ count }: Sample): number {
  return 6 * Math.sqrt(2 / count);
}
