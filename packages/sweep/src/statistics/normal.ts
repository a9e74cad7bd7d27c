/** From here on the continued fraction of the tail needs fewer terms than the series. */
const TAIL = 3;

/** The largest number of terms; both expansions end long before. */
const TERMS = 500;

/** The density of the standard normal distribution. */
function normalDensity(x: number): number {
  return Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
}

/**
 * The distribution function of the standard normal distribution, Φ(x), with a relative error near
 * 1e-15 up to the tail at x = −38, below which it is 0.
 */
export function normalCdf(x: number): number {
  if (Number.isNaN(x)) return x;
  if (Math.abs(x) < TAIL) return 0.5 + normalDensity(x) * series(x);
  const tail = Math.abs(x) > 39 ? 0 : normalDensity(x) * fraction(Math.abs(x));
  return x < 0 ? tail : 1 - tail;
}

/** (Φ(x) − ½) / φ(x) = x + x³/3 + x⁵/(3·5) + …: terms of one sign, so that nothing cancels. */
function series(x: number): number {
  let [term, sum] = [x, x];
  for (let n = 3; n < TERMS && Math.abs(term) > Math.abs(sum) * 1e-17; n += 2) {
    term *= (x * x) / n;
    sum += term;
  }
  return sum;
}

/** (1 − Φ(x)) / φ(x) = 1 / (x + 1 / (x + 2 / (x + 3 / …))), from the inside out. */
function fraction(x: number): number {
  let value = x;
  for (let n = 150; n >= 1; n--) value = x + n / value;
  return 1 / value;
}

/**
 * The quantile function of the standard normal distribution, Φ⁻¹(p): −∞ at 0, ∞ at 1, NaN outside.
 *
 * A rational approximation (Abramowitz and Stegun 26.2.23), and Halley's method on
 * {@link normalCdf}.
 */
export function normalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) return Number.NaN;
  if (p === 0 || p === 1) return p === 0 ? -Infinity : Infinity;
  if (p > 0.5) return -normalQuantile(1 - p);
  const t = Math.sqrt(-2 * Math.log(p));
  let x =
    (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))) - t;
  for (let i = 0; i < 3; i++) {
    const error = (normalCdf(x) - p) / normalDensity(x);
    x -= error / (1 + (x * error) / 2);
  }
  return x;
}
