import { checkOptions, expected } from '@trainkit/checks';
import { checkGenerator, defaultGenerator } from '@trainkit/random';
import { checkDataset, type Dataset } from './dataset.js';
import { partLengths } from './part-lengths.js';
import { mapParts, SPLIT_OPTIONS, type SplitOptions } from './random-split.js';
import { Subset } from './subset.js';

/**
 * Splits a dataset at random into subsets with the same proportions of classes as the whole.
 *
 * The parts have exactly the lengths of `randomSplit`. With two parts, the number of examples of a
 * class in a part differs by less than 1 from its exact share; each further part may add up to 1
 * more. One permutation is drawn, as in `randomSplit`, and examples keep its order.
 *
 * @param labels the class of each example, as numbers or strings
 * @throws RangeError for lengths or fractions that do not fit, or another number of labels than
 *   examples
 *
 * @example
 * ```ts
 * import { stratifiedSplit, tensorDataset } from '@trainkit/data';
 * import { Generator } from '@trainkit/random';
 *
 * const labels = [0, 0, 0, 0, 0, 0, 1, 1, 1, 2];
 * const dataset = tensorDataset({ x: labels.map((label) => 10 * label) });
 * const [train, validation] = stratifiedSplit(dataset, labels, [5, 5], { generator: new Generator(0) });
 * for (const part of [train, validation]) console.log(Array.from(part.indices, (i) => labels[i]).sort().join(' '));
 * // → 0 0 0 1 1
 * // → 0 0 0 1 2
 * ```
 */
export function stratifiedSplit<Batch, const Lengths extends readonly number[]>(
  dataset: Dataset<Batch>,
  labels: ArrayLike<number> | ArrayLike<string>,
  lengths: Lengths,
  options: SplitOptions = {},
): { [Part in keyof Lengths]: Subset<Batch> } {
  const { generator = defaultGenerator } = checkOptions('stratifiedSplit', options, SPLIT_OPTIONS);
  checkGenerator('stratifiedSplit', generator);
  checkDataset('stratifiedSplit', dataset);
  if (typeof labels !== 'object' || labels === null || labels.length !== dataset.length) {
    throw new RangeError(
      expected('stratifiedSplit', 'labels', labels, `one label for each of the ${dataset.length} examples`),
    );
  }
  const counts = partLengths('stratifiedSplit', dataset.length, lengths);
  const classes = new Map<unknown, number>();
  const classOf = Array.from<unknown, number>(labels, (label) => {
    if (!classes.has(label)) classes.set(label, classes.size);
    return classes.get(label) ?? 0;
  });
  const quotas = classQuotas(classOf, classes.size, counts);
  const parts: number[][] = counts.map(() => []);
  for (const index of generator.permutation(dataset.length)) {
    const part = quotas.findIndex((quota) => quota[classOf[index]!]! > 0);
    quotas[part]![classOf[index]!]!--;
    parts[part]!.push(index);
  }
  return mapParts(lengths, (_, part) => new Subset(dataset, parts[part]!));
}

/**
 * The number of examples of each class for each part: shares rounded by the largest remainders,
 * part after part.
 */
function classQuotas(classOf: readonly number[], classes: number, counts: readonly number[]): number[][] {
  const left = new Array<number>(classes).fill(0);
  for (const label of classOf) left[label]!++;
  let total = classOf.length;
  return counts.map((count) => {
    const shares = left.map((examples) => (total === 0 ? 0 : (examples * count) / total));
    const quota = shares.map(Math.floor);
    const missing = count - quota.reduce((a, b) => a + b, 0);
    const byRemainder = shares
      .map((share, label) => ({ label, remainder: share - Math.floor(share) }))
      .sort((a, b) => b.remainder - a.remainder);
    for (const { label } of byRemainder.slice(0, missing)) quota[label]!++;
    quota.forEach((examples, label) => {
      left[label]! -= examples;
    });
    total -= count;
    return quota;
  });
}
