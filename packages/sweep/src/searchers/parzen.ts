import { normalCdf, normalQuantile } from '../statistics/normal.js';

/** The weight of the prior among the observations, of which each has at most 1. */
const PRIOR_WEIGHT = 1;

/** Observations of which each has the weight 1; older ones have less. */
const FULL_WEIGHTS = 25;

/**
 * The values of a parameter as numbers: those between two bounds, in steps unless `step` is 0; or
 * so many categories.
 */
export type Domain =
  | { readonly low: number; readonly high: number; readonly step: number }
  | { readonly categories: number };

/** The kernels of one parameter: one for each observation, and the prior, which is last. */
interface Axis {
  /** The quantile of a kernel. */
  draw(kernel: number, u: number): number;
  /** The density of a kernel, or its probability of a discrete value. */
  density(kernel: number, value: number): number;
}

/**
 * The weights of `n` observations in the order of their trials and of the prior, which is last;
 * their sum is 1. From 25 observations on the older ones have less, rising from 1/n.
 */
export function observationWeights(n: number): Float64Array {
  const weights = new Float64Array(n + 1).fill(1);
  const old = n - FULL_WEIGHTS;
  for (let i = 0; i < old; i++) weights[i] = old === 1 ? 1 / n : 1 / n + (1 - 1 / n) * (i / (old - 1));
  weights[n] = PRIOR_WEIGHT;
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight / sum);
}

/**
 * A Parzen estimator: a mixture of one kernel at each observation, and a prior over the whole
 * domain.
 *
 * A kernel of several parameters is the product of theirs. Numbers have normal distributions
 * truncated to the range, as wide as the farther of the two neighbors is away; a category has most
 * of its kernel, and the others a share of the prior.
 */
export class Parzen {
  readonly #weights: Float64Array;
  readonly #axes: readonly Axis[];

  /** @param observations values of each observation, in the order of `domains` */
  constructor(observations: readonly (readonly number[])[], domains: readonly Domain[]) {
    this.#weights = observationWeights(observations.length);
    this.#axes = domains.map((domain, axis) => {
      const values = observations.map((each) => each[axis]!);
      return 'categories' in domain ? categories(values, domain.categories) : numbers(values, domain);
    });
  }

  /**
   * The values at uniform random numbers: the first chooses a kernel, the others a quantile for
   * each parameter.
   */
  draw(random: ArrayLike<number>): number[] {
    const kernel = pick(this.#weights, random[0]!);
    return this.#axes.map((axis, i) => axis.draw(kernel, random[i + 1]!));
  }

  /** The logarithm of the density. */
  logDensity(values: readonly number[]): number {
    let sum = 0;
    for (let kernel = 0; kernel < this.#weights.length; kernel++) {
      let product = this.#weights[kernel]!;
      for (let i = 0; i < values.length && product > 0; i++)
        product *= this.#axes[i]!.density(kernel, values[i]!);
      sum += product;
    }
    return Math.log(Math.max(sum, Number.MIN_VALUE));
  }
}

function categories(observations: readonly number[], count: number): Axis {
  // Each kernel spreads a part of its weight over all categories; the prior has nothing else.
  const spread = PRIOR_WEIGHT / (observations.length + 1);
  const probability = (kernel: number, category: number) =>
    kernel === observations.length
      ? 1 / count
      : (spread + (observations[kernel] === category ? 1 : 0)) / (1 + count * spread);
  return {
    draw: (kernel, u) =>
      pick(
        Float64Array.from({ length: count }, (_, k) => probability(kernel, k)),
        u,
      ),
    density: probability,
  };
}

function numbers(
  observations: readonly number[],
  { low, high, step }: { low: number; high: number; step: number },
): Axis {
  const means = [...observations, (low + high) / 2];
  const [from, to] = [low - step / 2, high + step / 2];
  const widths = widthsOf(observations, from, to);
  const below = means.map((mean, i) => normalCdf((from - mean) / widths[i]!));
  const mass = means.map((mean, i) => normalCdf((to - mean) / widths[i]!) - below[i]!);
  const factors = means.map((_, i) => 1 / (mass[i]! * (step > 0 ? 1 : widths[i]! * Math.sqrt(2 * Math.PI))));
  return {
    draw: (kernel, u) => {
      const x = means[kernel]! + widths[kernel]! * normalQuantile(below[kernel]! + u * mass[kernel]!);
      const near = step > 0 ? low + step * Math.round((x - low) / step) : x;
      return Math.min(Math.max(near, low), high);
    },
    density: (kernel, value) => {
      const z = (value - means[kernel]!) / widths[kernel]!;
      if (step === 0) return factors[kernel]! * Math.exp((-z * z) / 2);
      const half = step / 2 / widths[kernel]!;
      return factors[kernel]! * (normalCdf(z + half) - normalCdf(z - half));
    },
  };
}

/**
 * The widths of the kernels in the order of the observations, and last that of the prior, which is
 * as wide as the range.
 */
function widthsOf(observations: readonly number[], low: number, high: number): Float64Array {
  const n = observations.length;
  const range = high - low;
  const narrowest = range / Math.min(100, 2 + n);
  const widths = new Float64Array(n + 1).fill(range);
  const order = Array.from(observations.keys()).sort((a, b) => observations[a]! - observations[b]!);
  order.forEach((index, k) => {
    const left = observations[index]! - (k === 0 ? low : observations[order[k - 1]!]!);
    const right = (k === n - 1 ? high : observations[order[k + 1]!]!) - observations[index]!;
    // With a neighbor, the distance of the outermost to the bound says nothing.
    const width = n > 1 && k === 0 ? right : n > 1 && k === n - 1 ? left : Math.max(left, right);
    widths[index] = Math.min(Math.max(width, narrowest), range);
  });
  return widths;
}

/** The index at which the sum of the weights passes `u`. */
function pick(weights: ArrayLike<number>, u: number): number {
  let left = u;
  for (let i = 0; i < weights.length - 1; i++) {
    left -= weights[i]!;
    if (left < 0) return i;
  }
  return weights.length - 1;
}
