/** @param {readonly number[]} values at least one */
export function median(values) {
  return quantile(values, 0.5);
}

/**
 * The quantile of values, with linear interpolation between neighbours.
 *
 * @param {readonly number[]} values at least one
 * @param {number} share from 0 to 1
 */
export function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  const position = share * (sorted.length - 1);
  const [below, above] = [sorted[Math.floor(position)], sorted[Math.ceil(position)]];
  if (below === undefined || above === undefined)
    throw new RangeError('quantile received no values; expected at least one.');
  return below + (above - below) * (position - Math.floor(position));
}

/**
 * A median, and the range around it.
 *
 * @typedef {object} Range
 * @property {number} median
 * @property {number} low
 * @property {number} high
 * @property {number} samples number of values
 */

/**
 * The ratio of two contenders, from several pairs of processes in which they took turns.
 *
 * - Of a round: median of our steps / median of their steps. A load on the machine that lasts
 *   seconds affects both sides of a round.
 * - Of a pair: median over its rounds.
 * - Of the row: median over the pairs, with the smallest and the largest as the range. The layout
 *   of memory and threads belongs to a process, and processes can differ more than the rounds of
 *   one.
 *
 * For any distribution the true median lies in the range of n pairs with probability 1 − 2 · ½ⁿ:
 * 0.94 for five pairs, 0.75 for three.
 *
 * @param {readonly { ours: readonly (readonly number[])[], theirs: readonly (readonly number[])[]
 *   }[]} pairs milliseconds of the steps in each round
 * @returns {Range}
 */
export function ratioOf(pairs) {
  const ratios = pairs.map(({ ours, theirs }) =>
    median(ours.map((block, round) => median(block) / median(theirs[round] ?? []))),
  );
  return {
    median: median(ratios),
    low: Math.min(...ratios),
    high: Math.max(...ratios),
    samples: ratios.length,
  };
}

/**
 * The median of values, with the range of the middle 80 %.
 *
 * @param {readonly number[]} values
 * @returns {Range}
 */
export function middle(values) {
  return {
    median: median(values),
    low: quantile(values, 0.1),
    high: quantile(values, 0.9),
    samples: values.length,
  };
}

/**
 * Compares a value with its upper limit. `open` means that the goal lies inside the range or that
 * there is only one sample, so that a new run may give another verdict.
 *
 * @param {number} goal
 * @param {Range} range
 * @returns {'reached' | 'missed' | 'open'}
 */
export function verdict(goal, { low, high, samples }) {
  if (samples < 2) return 'open';
  if (high <= goal) return 'reached';
  return low > goal ? 'missed' : 'open';
}
