import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bootstrapMean } from './bootstrap.js';
import { comparePaired, formatComparison } from './compare-paired.js';
import { normalCdf, normalQuantile } from './normal.js';
import { signFlipTest } from './sign-flip.js';

interface Case {
  title: string;
  values: number[];
}
interface Goldens {
  bootstrap: (Case & { level: number; low: number; high: number })[];
  drawn: Case & { level: number; low: number; high: number };
  flips: (Case & { p: number })[];
  drawnFlip: Case & { p: number };
  seeds: { effect: number; n: number }[];
  normal: { cdf: [number, number][]; ppf: [number, number][] };
}

const goldens: Goldens = JSON.parse(readFileSync('goldens/statistics.json', 'utf8'));

describe('the normal distribution', () => {
  it.each(goldens.normal.cdf)('has the distribution function of scipy at %d', (x, p) => {
    // Both are correct to some units of the last place; the density loses x² of them in the tail.
    expect(Math.abs(normalCdf(x) / p - 1)).toBeLessThan(1e-13 * Math.max(1, x * x));
  });

  it.each(goldens.normal.ppf)('has the quantile of scipy at %d', (p, x) => {
    expect(Math.abs(normalQuantile(p) - x)).toBeLessThan(1e-12 * Math.max(1, Math.abs(x)));
  });

  it('has the bounds of the line', () => {
    expect([normalQuantile(0), normalQuantile(1), normalQuantile(-1), normalCdf(-99), normalCdf(99)]).toEqual(
      [-Infinity, Infinity, Number.NaN, 0, 1],
    );
    expect(normalCdf(Number.NaN)).toBeNaN();
  });
});

describe('bootstrapMean', () => {
  it.each(goldens.bootstrap)(
    'equals scipy with all resamples: $title, level $level',
    ({ values, level, low, high }) => {
      const found = bootstrapMean(values, { level });
      // Sums in another order: some units of the last place, of numbers up to 100.
      expect(Math.abs(found.low - low)).toBeLessThan(1e-11);
      expect(Math.abs(found.high - high)).toBeLessThan(1e-11);
    },
  );

  it('comes close to scipy with a million resamples, of 30 values', () => {
    const { values, level, low, high } = goldens.drawn;
    const found = bootstrapMean(values, { level, resamples: 100_000 });
    // A quantile's standard error at 2.5 % is 0.005 of the mean's: √(p(1 − p) / B) / density. Five
    // of them.
    const tolerance = (high - low) * 0.01;
    expect(Math.abs(found.low - low)).toBeLessThan(tolerance);
    expect(Math.abs(found.high - high)).toBeLessThan(tolerance);
    expect(bootstrapMean(values)).toEqual(bootstrapMean(values));
    expect(bootstrapMean(values, { seed: 1 })).not.toEqual(bootstrapMean(values));
  });

  it('moves with the values, and holds their mean', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 2, maxLength: 7 }), (values) => {
        const { mean, low, high, n } = bootstrapMean(values);
        expect(n).toBe(values.length);
        expect(low).toBeLessThanOrEqual(mean);
        expect(high).toBeGreaterThanOrEqual(mean);
        const moved = bootstrapMean(values.map((value) => 2 * value + 8));
        expect(moved.low).toBeCloseTo(2 * low + 8, 9);
        const mirrored = bootstrapMean(values.map((value) => -value));
        expect(mirrored.high).toBeCloseTo(-low, 9);
      }),
      { numRuns: 50 },
    );
  });

  it('has one point for equal values', () => {
    expect(bootstrapMean([0.1, 0.1, 0.1])).toEqual({ n: 3, mean: 0.1, low: 0.1, high: 0.1 });
  });
});

describe('signFlipTest', () => {
  it.each(goldens.flips)('equals scipy: $title', ({ values, p }) => {
    expect(signFlipTest(values)).toBeCloseTo(p, 14);
  });

  it('comes close to scipy with a million choices, of 40 differences', () => {
    const { values, p } = goldens.drawnFlip;
    // Five standard errors of the 9999 choices, of p / 2 on either side.
    expect(Math.abs(signFlipTest(values) - p)).toBeLessThan(5 * 2 * Math.sqrt((p / 2 / 9999) * (1 - p / 2)));
  });

  it('is 1 for no difference at all', () => {
    expect(signFlipTest([0, 0, 0])).toBe(1);
  });
});

describe('comparePaired', () => {
  const first = [88.1, 88.6, 87.9, 88.4, 88.2];
  const second = [87.4, 88.1, 87.4, 87.6, 87.7];

  it('says which is better, and by how much', () => {
    const found = comparePaired(first, second, { mode: 'max' });
    expect(found).toMatchObject({ n: 5, verdict: 'better', pValue: 0.0625, seedsNeeded: null });
    expect(found.difference).toBeCloseTo(0.6, 12);
    expect(formatComparison(found, { unit: 'points' })).toBe(
      'better by 0.60 ± 0.12 points over 5 paired seeds',
    );
    expect(comparePaired(first, second).verdict).toBe('worse');
    expect(comparePaired(second, first).verdict).toBe('better');
  });

  it('cannot tell from fewer than five seeds', () => {
    const found = comparePaired(first.slice(1), second.slice(1));
    expect(found.verdict).toBe('undecided');
    expect(formatComparison(found)).toBe('cannot tell with these 4 seeds; about 5 would');
  });

  it.each(goldens.seeds)(
    'knows how many seeds an effect of $effect standard deviations needs',
    ({ effect, n }) => {
      // Four pairs are always undecided. Their mean is 0 and their standard deviation 1.
      const spread = [-1, 1, -1, 1].map((each) => each * Math.sqrt(3 / 4) + effect);
      const { seedsNeeded } = comparePaired(spread, [0, 0, 0, 0]);
      // The formula is within one of the exact power of the t-test.
      expect(Math.abs(seedsNeeded! - n)).toBeLessThanOrEqual(1);
    },
  );

  it('has no answer for a difference of zero', () => {
    const found = comparePaired([1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 5, 6]);
    expect(found).toMatchObject({ verdict: 'undecided', seedsNeeded: null });
    expect(formatComparison(found)).toBe('cannot tell with these 6 seeds');
  });
});

it.each([
  [() => bootstrapMean([1]), 'bootstrapMean: values is [1]; expected a list of two numbers or more.'],
  [() => bootstrapMean([1, Number.NaN]), 'bootstrapMean: values[1] is NaN; expected a finite number.'],
  [
    () => bootstrapMean([1, 2], { level: 1 }),
    'bootstrapMean: level is 1; expected a finite number above 0 and below 1.',
  ],
  [() => bootstrapMean([1, 2], { resamples: 1 }), 'bootstrapMean: resamples is 1; expected'],
  [() => signFlipTest([]), 'signFlipTest: differences is []; expected a list of two numbers or more.'],
  [() => signFlipTest([1, 2], { seed: 0.5 }), 'signFlipTest: seed is 0.5; expected'],
  [
    () => comparePaired([1, 2], [1, 2, 3]),
    'comparePaired: second has 3 values; expected 2, one for each seed of first.',
  ],
  [
    () => comparePaired([1, 2], [1, 2], { mode: 'up' as never }),
    'comparePaired: mode is "up"; expected "min" or "max".',
  ],
])('refuses wrong arguments: %#', (call, message) => {
  expect(call).toThrow(message);
});
