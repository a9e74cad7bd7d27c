import { checkOptions, type OptionNames } from '@trainkit/checks';
import { checkGenerator, defaultGenerator, type Generator } from '@trainkit/random';
import { checkDataset, type Dataset } from './dataset.js';
import { partLengths } from './part-lengths.js';
import { Subset } from './subset.js';

/** Options of {@link randomSplit} and `stratifiedSplit`. */
export interface SplitOptions {
  /** The source of the permutation. Default: the `defaultGenerator` of `@trainkit/random`. */
  generator?: Generator | undefined;
}

/** All options. */
export const SPLIT_OPTIONS: OptionNames<SplitOptions> = { generator: true };

/**
 * Splits a dataset at random into disjoint subsets, such as a train set and a validation set.
 *
 * Equals `torch.utils.data.random_split(dataset, lengths)` for the same seed: one permutation of
 * all indices is drawn and split into consecutive parts. `lengths` are whole numbers whose sum is
 * `dataset.length`, or fractions whose sum is 1: part i gets ⌊length · fraction⌋ examples, and the
 * remainder goes one by one to the first parts.
 *
 * @throws RangeError for other lengths; TypeError for a value that is no dataset or no generator
 *
 * @example
 * ```ts
 * import { randomSplit, tensorDataset } from '@trainkit/data';
 * import { Generator } from '@trainkit/random';
 *
 * const dataset = tensorDataset({ x: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] });
 * const [train, validation] = randomSplit(dataset, [0.7, 0.3], { generator: new Generator(0) });
 * console.log(train.indices.join(' '), '|', validation.indices.join(' ')); // → 4 1 7 5 3 9 0 | 8 6 2
 * ```
 */
export function randomSplit<Batch, const Lengths extends readonly number[]>(
  dataset: Dataset<Batch>,
  lengths: Lengths,
  options: SplitOptions = {},
): { [Part in keyof Lengths]: Subset<Batch> } {
  const { generator = defaultGenerator } = checkOptions('randomSplit', options, SPLIT_OPTIONS);
  checkGenerator('randomSplit', generator);
  checkDataset('randomSplit', dataset);
  const counts = partLengths('randomSplit', dataset.length, lengths);
  const order = generator.permutation(dataset.length);
  let start = 0;
  return mapParts(lengths, (_, part) => {
    const end = start + counts[part]!;
    const subset = new Subset(dataset, order.subarray(start, end));
    start = end;
    return subset;
  });
}

/** `map` that preserves the number of elements in the type. */
export function mapParts<const Parts extends readonly number[], Value>(
  parts: Parts,
  f: (part: number, index: number) => Value,
): { [Part in keyof Parts]: Value };
export function mapParts<Value>(
  parts: readonly number[],
  f: (part: number, index: number) => Value,
): unknown {
  return parts.map((part, index) => f(part, index));
}
