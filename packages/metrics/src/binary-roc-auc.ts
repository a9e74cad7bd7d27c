/**
 * The area under the ROC curve: the probability that a positive row has a greater score than a
 * negative one, where equal scores count one half. NaN if there are no positive or no negative
 * rows, or if a score is NaN.
 *
 * It counts pairs, so the result is exact up to its last division.
 */
export function binaryRocAuc(scores: readonly number[], isPositive: (row: number) => boolean): number {
  if (scores.some(Number.isNaN)) return Number.NaN;
  const order = Uint32Array.from(scores.keys()).sort((a, b) => compare(scores[a]!, scores[b]!));
  let positives = 0;
  let negatives = 0;
  let pairs = 0;
  for (let start = 0; start < order.length; ) {
    const score = scores[order[start]!];
    let equalPositives = 0;
    let end = start;
    for (; end < order.length && scores[order[end]!] === score; end++) {
      if (isPositive(order[end]!)) equalPositives++;
    }
    const equalNegatives = end - start - equalPositives;
    pairs += equalPositives * (negatives + equalNegatives / 2);
    positives += equalPositives;
    negatives += equalNegatives;
    start = end;
  }
  return pairs / (positives * negatives);
}

/** Compares without a subtraction, since the difference of two equal infinities is NaN. */
function compare(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
