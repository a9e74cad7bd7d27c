import { checkGenerator, defaultGenerator, type Generator } from '@trainkit/random';
import { checkSplit, describe, type Split, type Subset } from './split.js';

/**
 * Some images of a split or of a subset, by index, in the given order; an index may come twice.
 *
 * Equals `torch.utils.data.Subset(data, indices)`. The pixels are not copied.
 *
 * @throws RangeError for an index that is not a whole number from 0 to `data.length` − 1
 */
export function subset(data: Split | Subset, indices: ArrayLike<number>): Subset {
  const { split, rows } = locate('subset', data);
  if (!(Number.isSafeInteger(indices?.length) && typeof indices === 'object')) {
    throw new TypeError(`subset: indices are an array of whole numbers; received ${describe(indices)}.`);
  }
  const chosen = new Int32Array(indices.length);
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i]!;
    if (!(Number.isInteger(index) && index >= 0 && index < data.length)) {
      throw new RangeError(
        data.length === 0
          ? `subset: the data have no images, so no index is one of them; received ${index} at place ${i}.`
          : `subset: indices are whole numbers from 0 to ${data.length - 1}; received ${index} at place ${i}.`,
      );
    }
    chosen[i] = rows === null ? index : rows[index]!;
  }
  return { split, indices: chosen, length: chosen.length };
}

/** Options of {@link randomSplit}. */
export interface RandomSplitOptions {
  /** Where the permutation is drawn from. Default: the `defaultGenerator` of `@trainkit/random`. */
  generator?: Generator;
}

/**
 * Cuts data at random into subsets that share no image: a validation set beside the train set.
 *
 * Equals `torch.utils.data.random_split(data, lengths)` for the same seed: one permutation of all images is
 * drawn and cut into consecutive pieces. `lengths` are whole numbers whose sum is `data.length`, or fractions
 * whose sum is 1: each part gets ⌊length · fraction⌋ images, and what is left goes one by one to the first parts.
 *
 * @throws RangeError for lengths that are neither; TypeError for what is no data and a `generator` that is none
 *
 * @example
 * ```ts
 * import { Generator } from '@trainkit/random';
 * import { randomSplit } from '@trainkit/fashion-mnist';
 *
 * const data = { images: new Uint8Array(10 * 784), labels: new Uint8Array(10), length: 10 };
 * const [train, validation] = randomSplit(data, [0.8, 0.2], { generator: new Generator(0) });
 * console.log(train?.length, validation?.length);
 * // → 8 2
 * ```
 */
export function randomSplit(
  data: Split | Subset,
  lengths: readonly number[],
  { generator = defaultGenerator }: RandomSplitOptions = {},
): Subset[] {
  checkGenerator('randomSplit', generator);
  const { split, rows } = locate('randomSplit', data);
  const counts = partLengths(data.length, lengths);
  const order = generator.permutation(data.length);
  const shuffled = rows === null ? order : order.map((index) => rows[index]!);
  let start = 0;
  return counts.map((length) => {
    const indices = shuffled.slice(start, start + length);
    start += length;
    return { split, indices, length };
  });
}

/** The split that holds the pixels, and which of its rows the data are; null where they are all, in order. */
export function locate(where: string, data: Split | Subset): { split: Split; rows: Int32Array | null } {
  if (typeof data !== 'object' || data === null) {
    throw new TypeError(
      `${where}: data are a split, such as train of what loadFashionMnist gives, a subset of one, or ` +
        `{ images, labels, length } of your own; received ${describe(data)}.`,
    );
  }
  const located = 'split' in data ? { split: data.split, rows: data.indices } : { split: data, rows: null };
  if (typeof located.split !== 'object' || located.split === null) {
    throw new TypeError(`${where}: split of a subset is a split; received ${describe(located.split)}.`);
  }
  if (located.rows !== null && !(located.rows instanceof Int32Array)) {
    throw new TypeError(
      `${where}: indices of a subset are an Int32Array; received ${describe(located.rows)}. Make it with subset().`,
    );
  }
  checkSplit(where, located.split);
  const { rows, split } = located;
  if (
    rows !== null &&
    (rows.length !== data.length || !rows.every((row) => row >= 0 && row < split.length))
  ) {
    throw new RangeError(
      `${where}: a subset has one index from 0 to ${split.length - 1} for each of its ${data.length} images; ` +
        'these indices do not fit. Make it with subset() or randomSplit().',
    );
  }
  return located;
}

function partLengths(total: number, lengths: readonly number[]): number[] {
  if (!Array.isArray(lengths)) {
    throw new TypeError(
      `randomSplit: lengths are an array, such as [55_000, 5_000] or [0.9, 0.1]; received ${describe(lengths)}.`,
    );
  }
  const sum = lengths.reduce((a, b) => a + b, 0);
  const negative = lengths.some((length) => !(length >= 0));
  if (!negative && lengths.every(Number.isInteger) && sum === total) return [...lengths];
  // Python's math.isclose with its default tolerance: the sum of 0.7, 0.2 and 0.1 is not exactly 1.
  if (negative || !(sum <= 1 && 1 - sum <= 1e-9)) {
    throw new RangeError(
      `randomSplit: lengths are whole numbers whose sum is the number of images, ${total}, or fractions ` +
        `whose sum is 1; received [${lengths.join(', ')}], sum ${sum}.`,
    );
  }
  const counts = lengths.map((fraction) => Math.floor(total * fraction));
  let left = total - counts.reduce((a, b) => a + b, 0);
  for (let i = 0; left > 0; i = (i + 1) % counts.length, left--) counts[i]!++;
  return counts;
}
