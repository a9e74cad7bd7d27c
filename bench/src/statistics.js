/** @param {readonly number[]} values at least one */
export function median(values) {
  return quantile(values, 0.5);
}

/**
 * The value below which a share of them lies, between two of them in proportion.
 *
 * @param {readonly number[]} values at least one
 * @param {number} share from 0 to 1
 */
export function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  const place = share * (sorted.length - 1);
  const [below, above] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  if (below === undefined || above === undefined) throw new RangeError('quantile: there are no values.');
  return below + (above - below) * (place - Math.floor(place));
}

/**
 * A middle, and the range around it.
 *
 * @typedef {object} Range
 * @property {number} median
 * @property {number} low
 * @property {number} high
 * @property {number} samples how many values it is of
 */

/**
 * The ratio of two contenders, from several pairs of processes in which they took turns. In a pair it is the median over
 * the rounds of one's median by the other's in the same round: what slows a machine down for seconds slows both sides of a
 * round. Over the pairs it is their median, and the range goes from the least to the greatest: a new process places its
 * memory and threads anew, and that can differ more than all rounds of one. The true median lies between the ends of five
 * pairs in 94 of 100 cases, whatever the distribution (1 − 2 · ½⁵), of three in 75.
 *
 * @param {readonly { ours: readonly (readonly number[])[], theirs: readonly (readonly number[])[] }[]} pairs
 * milliseconds, step by step in each round
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
 * The median of values, and where the middle 80 % of them lie.
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
 * Whether a value that is to be small keeps to its goal: `open` where the goal lies inside the range, or there is but one
 * sample, since a new run may then say otherwise.
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
