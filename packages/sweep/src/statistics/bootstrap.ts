import { checkInteger, checkNumber, checkOptions, expected, type OptionNames } from '@trainkit/checks';
import { Generator } from '@trainkit/random';
import { normalCdf, normalQuantile } from './normal.js';

/** Values up to which all resamples are enumerated: 24,310 different ones. */
const MOST_EXACT = 9;

/** Options of {@link bootstrapMean}. */
export interface BootstrapOptions {
  /** The probability with which the interval is to hold the mean. Default 0.95. */
  level?: number | undefined;
  /** Resamples, where they are drawn: of 10 values and more. Default 9999. */
  resamples?: number | undefined;
  /** The seed of the resamples. Default 0. */
  seed?: number | undefined;
}

/** A mean and its interval. */
export interface MeanInterval {
  /** Values. */
  readonly n: number;
  /** Their mean. */
  readonly mean: number;
  /** The lower bound. */
  readonly low: number;
  /** The upper bound. */
  readonly high: number;
}

const BOOTSTRAP: OptionNames<BootstrapOptions> = { level: true, resamples: true, seed: true };

/** The means of resamples in ascending order, and the number of resamples with each. */
interface Distribution {
  readonly means: Float64Array;
  readonly counts: Float64Array;
}

/**
 * The mean of some values and its BCa bootstrap interval (bias-corrected and accelerated).
 *
 * Of up to 9 values, such as those of some seeds, all nⁿ resamples count, so that the interval
 * depends on no random number; of more, `resamples` drawn ones. Equals
 * `scipy.stats.bootstrap(method='BCa')` for the same resamples.
 *
 * The trap: of three or four values every bootstrap interval is too narrow, since it knows of no
 * value outside of theirs.
 *
 * Source: B. Efron, "Better Bootstrap Confidence Intervals", JASA 82, 1987.
 *
 * @throws RangeError for fewer than two values, and for one that is not finite
 *
 * @example
 * ```ts
 * import { bootstrapMean } from '@trainkit/sweep';
 *
 * const { mean, low, high } = bootstrapMean([88.1, 88.6, 87.9, 88.4, 88.2]);
 * console.log(mean.toFixed(2), low.toFixed(2), high.toFixed(2)); // → 88.24 88.04 88.46
 * ```
 */
export function bootstrapMean(values: readonly number[], options: BootstrapOptions = {}): MeanInterval {
  const where = 'bootstrapMean';
  const { level = 0.95, resamples = 9999, seed = 0 } = checkOptions(where, options, BOOTSTRAP);
  checkNumber(where, 'level', level, { above: 0, below: 1 });
  checkInteger(where, 'resamples', resamples, { min: 100, max: 1e7 });
  checkInteger(where, 'seed', seed, { max: 0xffff_ffff });
  checkValues(where, 'values', values);
  const n = values.length;
  const mean = meanOf(values);
  // A sum of equal numbers may round; their interval is one point.
  if (values.every((value) => value === values[0]))
    return { n, mean: values[0]!, low: values[0]!, high: values[0]! };
  const distribution =
    n <= MOST_EXACT ? allMeans(values) : drawnMeans(values, resamples, new Generator(seed));
  const bias = normalQuantile(percentileOf(distribution, mean));
  const acceleration = accelerationOf(values);
  const bound = (z: number) => {
    const shifted = bias + z;
    return quantile(distribution, normalCdf(bias + shifted / (1 - acceleration * shifted)));
  };
  const z = normalQuantile((1 - level) / 2);
  return { n, mean, low: bound(z), high: bound(-z) };
}

/** Throws unless `values` are two finite numbers or more. */
export function checkValues(where: string, name: string, values: readonly number[]): void {
  if (!Array.isArray(values) || values.length < 2) {
    throw new RangeError(expected(where, name, values, 'a list of two numbers or more'));
  }
  values.forEach((value, i) => {
    checkNumber(where, `${name}[${i}]`, value);
  });
}

/** The mean, summed in the order of the values. */
export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** A sixth of the skewness of the jackknife's means. */
function accelerationOf(values: readonly number[]): number {
  const n = values.length;
  const sum = values.reduce((a, b) => a + b, 0);
  const means = values.map((value) => (sum - value) / (n - 1));
  const center = meanOf(means);
  const [squares, cubes] = means.reduce(
    ([two, three], each) => [two! + (center - each) ** 2, three! + (center - each) ** 3],
    [0, 0],
  );
  return cubes! / (6 * squares! ** 1.5);
}

/** All resamples: each multiset of n of the values, as often as it comes in some order. */
function allMeans(values: readonly number[]): Distribution {
  const n = values.length;
  const found: [mean: number, count: number][] = [];
  const extend = (index: number, left: number, sum: number, count: number) => {
    if (index === n - 1) {
      found.push([(sum + left * values[index]!) / n, count]);
      return;
    }
    let ways = count;
    for (let taken = 0; taken <= left; taken++) {
      extend(index + 1, left - taken, sum + taken * values[index]!, ways);
      // From C(left, taken) to C(left, taken + 1).
      ways = (ways * (left - taken)) / (taken + 1);
    }
  };
  extend(0, n, 0, 1);
  found.sort(([a], [b]) => a - b);
  return {
    means: Float64Array.from(found, ([mean]) => mean),
    counts: Float64Array.from(found, ([, count]) => count),
  };
}

function drawnMeans(values: readonly number[], resamples: number, generator: Generator): Distribution {
  const n = values.length;
  const means = Float64Array.from({ length: resamples }, () => {
    let sum = 0;
    for (const word of generator.uint32(n)) sum += values[Math.floor(word * 2 ** -32 * n)]!;
    return sum / n;
  });
  return { means: means.sort(), counts: new Float64Array(resamples).fill(1) };
}

/** The fraction of the resamples below `mean`, those that equal it counted half. */
function percentileOf({ means, counts }: Distribution, mean: number): number {
  // Sums in another order differ in the last digits.
  const tolerance = 1e-14 * Math.max(Math.abs(means[0]!), Math.abs(means.at(-1)!));
  let [below, equal, total] = [0, 0, 0];
  means.forEach((each, i) => {
    total += counts[i]!;
    if (Math.abs(each - mean) <= tolerance) equal += counts[i]!;
    else if (each < mean) below += counts[i]!;
  });
  return (below + equal / 2) / total;
}

/** The quantile between the two nearest resamples, as numpy's default interpolates. */
function quantile({ means, counts }: Distribution, p: number): number {
  const total = counts.reduce((a, b) => a + b, 0);
  const rank = p * (total - 1);
  const whole = Math.floor(rank);
  const [first, second] = [atRank(means, counts, whole), atRank(means, counts, whole + 1)];
  return first + (rank - whole) * (second - first);
}

function atRank(means: Float64Array, counts: Float64Array, rank: number): number {
  let passed = 0;
  for (let i = 0; i < means.length; i++) {
    passed += counts[i]!;
    if (rank < passed) return means[i]!;
  }
  return means.at(-1)!;
}
