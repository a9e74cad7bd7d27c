import { checkFlag, checkInteger, checkOptions, expected, type OptionNames } from '@trainkit/checks';
import type { Generator } from '@trainkit/random';

/**
 * The order of the examples in an epoch. A `DataLoader` takes any object of this form.
 *
 * A sampler whose order depends on the past (a curriculum, the losses so far) also has
 * `stateDict()`, plain JSON, and `loadStateDict(state)`; its state is then part of the loader's.
 * The order must depend only on the state at the beginning of the epoch and on the generator, since
 * a resumed epoch computes it again.
 *
 * @example
 * ```ts
 * import '@tensorflow/tfjs';
 * import { DataLoader, type Sampler, tensorDataset } from '@trainkit/data';
 *
 * class Backwards implements Sampler {
 *   readonly length = 3;
 *   order() {
 *     return Array.from({ length: this.length }, (_, i) => this.length - 1 - i);
 *   }
 * }
 *
 * const dataset = tensorDataset({ x: [1, 2, 3] });
 * for (const { x } of new DataLoader(dataset, { sampler: new Backwards() })) {
 *   console.log(x.dataSync().join(' ')); // → 3 2 1
 *   x.dispose();
 * }
 * ```
 */
export interface Sampler {
  /** The number of indices in an epoch. */
  readonly length: number;
  /**
   * The length of the dataset that the indices belong to. A loader with a shorter dataset refuses
   * the sampler, since an index could be beyond the end. Default: unknown, and the indices are
   * checked at the beginning of each epoch.
   */
  readonly datasetLength?: number | undefined;
  /**
   * The indices of one epoch, `length` of them.
   *
   * @param generator returns the generator of this epoch; the first call makes the loader draw its
   *   seed, one `int64`. A sampler that draws nothing does not call it.
   */
  order(generator: () => Generator): ArrayLike<number>;
  /** The state that the orders of later epochs depend on, as plain JSON. */
  readonly stateDict?: (() => unknown) | undefined;
  /**
   * Restores a state. It throws, and changes nothing, if the state does not belong to this sampler.
   */
  readonly loadStateDict?: ((state: unknown) => unknown) | undefined;
}

/**
 * The indices in ascending order, as `torch.utils.data.SequentialSampler`. The sampler of a loader
 * without `shuffle`.
 */
export class SequentialSampler implements Sampler {
  /** The number of examples. */
  readonly length: number;
  /** The number of examples, the same as `length`. */
  readonly datasetLength: number;

  /** @param length the number of examples */
  constructor(length: number) {
    checkInteger('SequentialSampler', 'length', length);
    this.length = length;
    this.datasetLength = length;
  }

  /** Returns the indices from 0 on. */
  order(): Int32Array<ArrayBuffer> {
    return Int32Array.from({ length: this.length }, (_, i) => i);
  }
}

/**
 * A new permutation of all indices in each epoch, as `torch.utils.data.RandomSampler` for the same
 * seed. The sampler of a loader with `shuffle: true`.
 */
export class RandomSampler implements Sampler {
  /** The number of examples. */
  readonly length: number;
  /** The number of examples, the same as `length`. */
  readonly datasetLength: number;

  /** @param length the number of examples */
  constructor(length: number) {
    checkInteger('RandomSampler', 'length', length);
    this.length = length;
    this.datasetLength = length;
  }

  /** Returns a permutation from the generator of the epoch. */
  order(generator: () => Generator): Int32Array<ArrayBuffer> {
    return generator().permutation(this.length);
  }
}

/** Options of {@link WeightedRandomSampler}. */
export interface WeightedRandomSamplerOptions {
  /**
   * True to draw with replacement, so that an index may occur several times in an epoch. Default
   * true.
   */
  replacement?: boolean | undefined;
}

const WEIGHTED_OPTIONS: OptionNames<WeightedRandomSamplerOptions> = { replacement: true };

/**
 * A sampler that draws `numSamples` indices in each epoch with the given weights, for classes that
 * differ in size.
 *
 * With replacement, each draw is index i with probability wᵢ / Σw. Without it, indices are drawn
 * one after the other with these probabilities among the remaining ones (the `numSamples` smallest
 * of −ln(u) / w). Weights need not sum to 1; an index of weight 0 is never drawn.
 * `torch.utils.data.WeightedRandomSampler` has the same distribution, but draws other indices for
 * the same seed.
 *
 * @example
 * ```ts
 * import '@tensorflow/tfjs';
 * import { DataLoader, tensorDataset, WeightedRandomSampler } from '@trainkit/data';
 * import { Generator } from '@trainkit/random';
 *
 * const labels = [0, 0, 0, 0, 0, 0, 0, 1];
 * const sampler = new WeightedRandomSampler(labels.map((label) => (label === 0 ? 1 : 7)), 12);
 * const dataset = tensorDataset({ labels });
 * for (const batch of new DataLoader(dataset, { sampler, generator: new Generator(0) })) {
 *   console.log(batch.labels.dataSync().join(' ')); // → 1 1 1 0 0 1 1 0 0 0 1 0
 *   batch.labels.dispose();
 * }
 * ```
 *
 * Source: P. Efraimidis, P. Spirakis, "Weighted random sampling with a reservoir", Information
 * Processing Letters 97, 2006.
 */
export class WeightedRandomSampler implements Sampler {
  /** The number of indices in an epoch. */
  readonly length: number;
  /** The number of weights. */
  readonly datasetLength: number;
  readonly #weights: Float64Array;
  readonly #replacement: boolean;

  /**
   * @param weights one number of at least 0 for each example
   * @param numSamples the number of indices in an epoch
   * @throws RangeError for weights that are negative, not finite or all 0, or too few of them above
   *   0
   */
  constructor(weights: ArrayLike<number>, numSamples: number, options: WeightedRandomSamplerOptions = {}) {
    const where = 'WeightedRandomSampler';
    const { replacement = true } = checkOptions(where, options, WEIGHTED_OPTIONS);
    checkFlag(where, 'replacement', replacement);
    checkInteger(where, 'numSamples', numSamples);
    if (typeof weights !== 'object' || weights === null || !Number.isSafeInteger(weights.length))
      throw new TypeError(expected(where, 'weights', weights, 'an array with one number for each example'));
    const bigint = Array.from(weights).findIndex((weight) => typeof weight !== 'number');
    if (bigint >= 0) throw new TypeError(expected(where, `weights[${bigint}]`, weights[bigint], 'a number'));
    this.#weights = Float64Array.from(weights);
    const wrong = this.#weights.findIndex((weight) => !(weight >= 0 && weight < Infinity));
    if (wrong >= 0)
      throw new RangeError(
        expected(where, `weights[${wrong}]`, weights[wrong], 'a finite number of at least 0'),
      );
    const positive = this.#weights.reduce((count, weight) => count + (weight > 0 ? 1 : 0), 0);
    const needed = replacement ? Math.min(1, numSamples) : numSamples;
    if (positive < needed) {
      throw new RangeError(
        `${where}: ${positive} weights are above 0; expected at least ${needed} for ${numSamples} samples` +
          `${replacement ? '' : ' without replacement'}. Write another weight or a smaller numSamples.`,
      );
    }
    // Sums of huge weights would overflow. A division by a power of two rounds nothing.
    const sum = this.#weights.reduce((total, weight) => total + weight, 0);
    if (sum === Infinity) this.#weights = this.#weights.map((weight) => weight * 2 ** -64);
    this.length = numSamples;
    this.datasetLength = weights.length;
    this.#replacement = replacement;
  }

  /** Returns indices from the generator of the epoch. */
  order(generator: () => Generator): Int32Array<ArrayBuffer> {
    return this.#replacement ? this.#withReplacement(generator()) : this.#withoutReplacement(generator());
  }

  #withReplacement(generator: Generator): Int32Array<ArrayBuffer> {
    let sum = 0;
    const ends = this.#weights.map((weight) => {
      sum += weight;
      return sum;
    });
    return Int32Array.from(uniforms(generator, this.length), (u) => firstAbove(ends, u * sum));
  }

  #withoutReplacement(generator: Generator): Int32Array<ArrayBuffer> {
    const u = uniforms(generator, this.#weights.length);
    const keys = this.#weights.map((weight, i) => -Math.log1p(-u[i]!) / weight);
    const order = Int32Array.from(keys, (_, i) => i).filter((i) => this.#weights[i]! > 0);
    return order.sort((a, b) => keys[a]! - keys[b]! || a - b).subarray(0, this.length);
  }
}

/** Numbers in [0, 1) with 53 bits, each from two draws. */
function uniforms(generator: Generator, n: number): Float64Array {
  const words = generator.uint32(2 * n);
  return Float64Array.from(
    { length: n },
    (_, i) => ((words[2 * i]! >>> 5) * 2 ** 26 + (words[2 * i + 1]! >>> 6)) * 2 ** -53,
  );
}

/** The first index whose value is above `bound`, by bisection. */
function firstAbove(values: Float64Array, bound: number): number {
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle]! > bound) high = middle;
    else low = middle + 1;
  }
  return low;
}
