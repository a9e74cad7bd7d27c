/**
 * The coefficients of log(erfc(z) · exp(z²) / t) as a polynomial in 2t − 1, where t = 2 / (2 + z),
 * the highest power first: a Chebyshev fit with an error of 6e-9.
 */
export const LOG_TAIL: readonly number[] = [
  1.337150376e-5, -8.728381039e-5, -3.211377312e-5, 0.0005737663725, -0.0001827821408, -0.002288765239,
  0.001770666118, 0.00880882537, -0.009874534918, -0.04689364056, 0.04734341752, 0.6726431548, -0.6717940852,
];

/** The density of the standard normal distribution at 0. */
export const DENSITY_AT_0 = 1 / Math.sqrt(2 * Math.PI);

/**
 * The distribution function of the standard normal distribution, with a relative error of 6e-9, in
 * the lower tail too.
 */
export function normalCdf(x: number): number {
  const z = Math.abs(x) * Math.SQRT1_2;
  const t = 2 / (2 + z);
  let logarithm = 0;
  for (const coefficient of LOG_TAIL) logarithm = logarithm * (2 * t - 1) + coefficient;
  const tail = 0.5 * t * Math.exp(logarithm - z * z);
  return x > 0 ? 1 - tail : tail;
}
