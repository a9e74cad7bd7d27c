/**
 * Two-sided 5 % quantiles of Student's t for 2 to 30 degrees of freedom.
 *
 * From the NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2, the column 0.975.
 */
const QUANTILES = [
  4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11,
  2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
];
const FEWEST = 2;
/** The quantile of the normal distribution, the limit of the table. */
const NORMAL = 1.959964;

/**
 * Returns the number of estimated standard errors that a mean exceeds by chance in one of twenty
 * cases.
 */
export function studentT(degrees: number): number {
  // One degree of freedom (two values) would need 12.7 standard errors, too many for a conclusion.
  if (!(degrees >= FEWEST)) throw new RangeError(`There is no quantile for ${degrees} degrees of freedom.`);
  return QUANTILES[degrees - FEWEST] ?? beyondTheTable(degrees);
}

/**
 * Computes the expansion in 1 / degrees: Abramowitz and Stegun, Handbook of Mathematical Functions,
 * 26.7.5.
 */
function beyondTheTable(degrees: number): number {
  const first = (NORMAL ** 3 + NORMAL) / 4;
  const second = (5 * NORMAL ** 5 + 16 * NORMAL ** 3 + 3 * NORMAL) / 96;
  return NORMAL + first / degrees + second / degrees ** 2;
}
