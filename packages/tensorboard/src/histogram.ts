import type { MessageInitShape } from '@bufbuild/protobuf';
import { checkInteger, expected } from '@trainkit/checks';
import type { HistogramProtoSchema } from './proto/summary_pb.js';

/**
 * The buckets of a histogram: TensorFlow's, the given number of equal width, or those between the
 * given edges.
 */
export type HistogramBins = 'tensorflow' | number | readonly number[];

/** Edges in rising order, and the index at which the search for a value's bucket begins. */
interface Buckets {
  edges: ArrayLike<number>;
  guess(value: number): number;
}

/**
 * The smallest edge of TensorFlow's buckets. They grow by a tenth each, from 1e-12 to 1e20, on both
 * sides of 0.
 */
const SMALLEST = 1e-12;
const LARGEST = 1e20;
const GROWTH = 1.1;

const POSITIVE = positiveEdges();
const TENSORFLOW: Buckets = {
  edges: Float64Array.from([...POSITIVE.map((edge) => -edge).reverse(), 0, ...POSITIVE]),
  guess(value) {
    if (Math.abs(value) < SMALLEST) return value < 0 ? POSITIVE.length - 1 : POSITIVE.length;
    const steps = Math.floor(Math.log(Math.abs(value) / SMALLEST) / Math.log(GROWTH));
    return value < 0 ? POSITIVE.length - 2 - steps : POSITIVE.length + 1 + steps;
  },
};

/**
 * The histogram of `values`, in the format of `torch.utils.tensorboard`: the buckets from the first
 * to the last that is not empty, and one empty bucket before them, since a bucket states only its
 * right edge.
 *
 * A bucket includes its left edge and excludes its right edge; the last one includes both. Unlike
 * PyTorch's, TensorFlow's buckets extend to the largest numbers, so that no value is left out.
 */
export function histogram(
  values: ArrayLike<number>,
  bins: HistogramBins = 'tensorflow',
): MessageInitShape<typeof HistogramProtoSchema> {
  const { min, max, sum, sumSquares } = moments(values);
  const { edges, guess } = buckets(bins, min, max);
  const counts = new Float64Array(edges.length - 1);
  const last = counts.length - 1;
  const end = edges[last + 1]!;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value < edges[0]! || value > end) continue;
    let bucket = Math.min(Math.max(guess(value), 0), last);
    while (value < edges[bucket]!) bucket--;
    while (bucket < last && value >= edges[bucket + 1]!) bucket++;
    counts[bucket]!++;
  }
  const first = counts.findIndex((count) => count > 0);
  if (first < 0)
    throw new RangeError(
      `addHistogram: the values go from ${min} to ${max}; expected some between the edges, ${edges[0]} to ${end}.`,
    );
  const until = counts.findLastIndex((count) => count > 0) + 1;
  return {
    min,
    max,
    num: values.length,
    sum,
    sumSquares,
    bucketLimit: Array.from({ length: until - first + 1 }, (_, i) => edges[first + i]!),
    bucket: [0, ...counts.subarray(first, until)],
  };
}

function moments(values: ArrayLike<number>) {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  let sum = 0;
  let sumSquares = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value < min) min = value;
    if (value > max) max = value;
    sum += value;
    sumSquares += value * value;
  }
  return { min, max, sum, sumSquares };
}

function buckets(bins: HistogramBins, min: number, max: number): Buckets {
  if (bins === 'tensorflow') return TENSORFLOW;
  if (typeof bins === 'number') return equalBuckets(bins, min, max);
  if (!Array.isArray(bins) || bins.length < 2 || !bins.every(isEdge))
    throw new RangeError(
      expected(
        'addHistogram',
        'bins',
        bins,
        '"tensorflow", a number of buckets, or at least two finite edges in rising order',
      ),
    );
  return { edges: bins, guess: (value) => lastUpTo(bins, value) };
}

/** As in numpy: if all values are equal, the buckets surround the value. */
function equalBuckets(count: number, min: number, max: number): Buckets {
  checkInteger('addHistogram', 'bins', count, { min: 1, max: 1e6 });
  const start = min === max ? min - 0.5 : min;
  const stop = min === max ? max + 0.5 : max;
  // The distance between the largest numbers exceeds the largest number; in halves it does not
  // overflow.
  const unit = Number.isFinite(stop - start) ? 1 : 2;
  const width = stop / unit / count - start / unit / count;
  const edges = Float64Array.from({ length: count + 1 }, (_, i) =>
    i === count ? stop : unit * (start / unit + i * width),
  );
  return { edges, guess: (value) => Math.floor((value / unit - start / unit) / width) || 0 };
}

function lastUpTo(edges: readonly number[], value: number): number {
  let low = 0;
  let high = edges.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (edges[middle]! <= value) low = middle;
    else high = middle;
  }
  return low;
}

function isEdge(edge: unknown, i: number, edges: readonly unknown[]): boolean {
  const before = edges[i - 1];
  return Number.isFinite(edge) && (typeof before !== 'number' || Number(edge) > before);
}

function positiveEdges(): number[] {
  const edges = [];
  for (let edge = SMALLEST; edge < LARGEST; edge *= GROWTH) edges.push(edge);
  return [...edges, Number.MAX_VALUE];
}
