import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import goldens from '../goldens/histograms.json' with { type: 'json' };
import { type HistogramBins, histogram } from './histogram.js';

/** Narrows the type that TypeScript infers from JSON. */
const asBins = (bins: string | number | number[]): HistogramBins =>
  bins === 'tensorflow' ? bins : (bins as number);

describe('a histogram', () => {
  it.each(goldens.cases)('is PyTorch’s: $name into $bins', ({ values, bins, histogram: golden }) => {
    const made = histogram(values, asBins(bins));
    expect(made.bucket).toEqual(golden.bucket);
    expect(made.bucketLimit).toHaveLength(golden.bucketLimit.length);
    // numpy rounds equal edges differently and sums in another order: a few units of float64's last
    // place.
    const largest = Math.max(...golden.bucketLimit.map(Math.abs));
    for (const [i, limit] of golden.bucketLimit.entries())
      expect(Math.abs((made.bucketLimit?.[i] ?? NaN) - limit)).toBeLessThanOrEqual(1e-15 * largest);
    for (const field of ['min', 'max', 'num'] as const) expect(made[field]).toBe(golden[field]);
    for (const field of ['sum', 'sumSquares'] as const) {
      const magnitude = values.reduce(
        (sum, value) => sum + (field === 'sum' ? Math.abs(value) : value * value),
        0,
      );
      expect(Math.abs((made[field] ?? NaN) - golden[field])).toBeLessThanOrEqual(1e-13 * magnitude);
    }
  });

  const numbers = fc.array(
    fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.float({ noNaN: true, noDefaultInfinity: true }),
      fc.integer(),
      fc.constantFrom(0, -0, 1e-12, -1e-12, 1.1e-12, 1e20, Number.MAX_VALUE, -Number.MAX_VALUE),
    ),
    { minLength: 1 },
  );
  const bins = fc.oneof(
    fc.constant('tensorflow' as const),
    fc.integer({ min: 1, max: 60 }),
    fc
      .uniqueArray(fc.double({ noNaN: true, noDefaultInfinity: true }), {
        minLength: 2,
        maxLength: 20,
        selector: (edge) => edge + 0,
      })
      .map((edges) => edges.sort((a, b) => a - b)),
  );

  it('puts each value into the bucket whose edges are around it', () => {
    fc.assert(
      fc.property(numbers, bins, (values, given) => {
        const inside = Array.isArray(given)
          ? values.filter((value) => value >= given[0]! && value <= given.at(-1)!)
          : values;
        fc.pre(inside.length > 0);
        const { bucket = [], bucketLimit = [], num } = histogram(values, given);
        expect(num).toBe(values.length);
        expect(bucketLimit).toHaveLength(bucket.length);
        expect(bucket[0]).toBe(0);
        expect(bucket.at(-1)).toBeGreaterThan(0);
        const end = Array.isArray(given) ? given.at(-1)! : Math.max(...values);
        for (let i = 1; i < bucket.length; i++) {
          const [left, right] = [bucketLimit[i - 1]!, bucketLimit[i]!];
          const own = inside.filter(
            (v) => v >= left && (v < right || (i === bucket.length - 1 && right >= end)),
          );
          expect(bucket[i]).toBe(own.length);
        }
      }),
      // The widest possible range, which random values seldom have.
      {
        examples: [1, 2, 3, 7].map((bins): [number[], number] => [
          [Number.MAX_VALUE, -Number.MAX_VALUE, 0],
          bins,
        ]),
      },
    );
  });

  it('leaves nothing out of TensorFlow’s buckets', () => {
    fc.assert(
      fc.property(numbers, (values) => {
        const { bucket = [] } = histogram(values);
        expect(bucket.reduce((sum, count) => sum + count, 0)).toBe(values.length);
      }),
    );
  });

  it.each([
    [0, 'addHistogram: bins is 0; expected a whole number from 1 to 1000000.'],
    [2.5, 'addHistogram: bins is 2.5; expected a whole number from 1 to 1000000.'],
    [
      [1, 1],
      'addHistogram: bins is [1, 1]; expected "tensorflow", a number of buckets, or at least two finite edges in rising order.',
    ],
    [
      [0, NaN],
      'addHistogram: bins is [0, NaN]; expected "tensorflow", a number of buckets, or at least two finite edges in rising order.',
    ],
    [[5, 6], 'addHistogram: the values go from 1 to 2; expected some between the edges, 5 to 6.'],
  ])('names the fault of bins %j', (given, message) => {
    expect(() => histogram([1, 2], given)).toThrow(new RangeError(message));
  });
});
