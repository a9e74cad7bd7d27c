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
 * The ratio of two contenders that took turns: the median over the rounds of one's median by the other's in the same
 * round, and the half of the rounds around it. What slows a machine down for seconds slows both sides of a round.
 *
 * @param {readonly (readonly number[])[]} ours milliseconds, round by round
 * @param {readonly (readonly number[])[]} theirs
 */
export function ratioOf(ours, theirs) {
  const ratios = ours.map((block, round) => median(block) / median(theirs[round] ?? []));
  return { median: median(ratios), low: quantile(ratios, 0.25), high: quantile(ratios, 0.75) };
}
