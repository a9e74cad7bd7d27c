import { expected, show } from '@trainkit/checks';

/**
 * The number of examples of each part, by the rule of `torch.utils.data.random_split`.
 *
 * @param total the number of examples
 * @param lengths whole numbers whose sum is `total`, or fractions whose sum is 1
 */
export function partLengths(where: string, total: number, lengths: readonly number[]): number[] {
  if (!Array.isArray(lengths)) {
    throw new TypeError(
      expected(
        where,
        'lengths',
        lengths,
        'an array of lengths or fractions',
        'Write [55_000, 5_000] or [0.9, 0.1].',
      ),
    );
  }
  for (const [i, length] of lengths.entries()) {
    if (typeof length !== 'number')
      throw new TypeError(
        expected(where, `lengths[${i}]`, length, 'a number', 'Write [55_000, 5_000] or [0.9, 0.1].'),
      );
  }
  const sum = lengths.reduce((a, b) => a + b, 0);
  const isNegative = lengths.some((length) => !(length >= 0));
  if (!isNegative && lengths.every(Number.isInteger) && sum === total) return [...lengths];
  // Python's math.isclose with its default tolerance: the sum of 0.7, 0.2 and 0.1 is not exactly 1.
  if (isNegative || !(sum <= 1 && 1 - sum <= 1e-9)) {
    throw new RangeError(
      `${where}: lengths are ${show(lengths)}, whose sum is ${sum}; expected whole numbers whose sum is the number of ` +
        `examples, ${total}, or fractions whose sum is 1.`,
    );
  }
  const counts = lengths.map((fraction) => Math.floor(total * fraction));
  let left = total - counts.reduce((a, b) => a + b, 0);
  for (let i = 0; left > 0; i = (i + 1) % counts.length, left--) counts[i]!++;
  return counts;
}
