import { mean } from './mean.js';

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
