import '@tensorflow/tfjs';
import { Generator } from '@trainkit/random';
import { describe, expect, it } from 'vitest';
import { normalCdf } from './erf.js';
import { truncatedNormal } from './truncated-normal.js';

const N = 20_000;

describe('truncatedNormal', () => {
  // Bounds that keep most of the distribution, some of it, little, a far tail, none on one side.
  it.each([
    { mean: 0, std: 1, low: -2, high: 2 },
    { mean: 0.5, std: 2, low: -1, high: 4 },
    { mean: 0, std: 1, low: -0.1, high: 0.1 },
    { mean: 0, std: 1, low: 0.5, high: 0.9 },
    { mean: -1, std: 1, low: 1, high: 1.5 },
    { mean: 3, std: 0.5, low: -1, high: 2 },
    { mean: 0, std: 1, low: 0, high: Number.POSITIVE_INFINITY },
    { mean: 0, std: 1, low: Number.NEGATIVE_INFINITY, high: -1.5 },
    { mean: 0, std: 1, low: 3, high: 1e6 },
  ])('has the distribution of N($mean, $std²) in [$low, $high]', ({ mean, std, low, high }) => {
    const tensor = truncatedNormal([N], { mean, std, low, high, generator: new Generator(0) });
    const values = Float32Array.from(tensor.dataSync()).sort();
    tensor.dispose();
    expect(values[0]).toBeGreaterThanOrEqual(Math.fround(low));
    expect(values.at(-1)).toBeLessThanOrEqual(Math.fround(high));
    // The Kolmogorov–Smirnov test: the empirical distribution is within 2 / √N of the true one,
    // except by chance in less than one of a thousand samples.
    const cdf = (x: number) => normalCdf((x - mean) / std);
    const [from, to] = [cdf(low), cdf(high)];
    let worst = 0;
    values.forEach((value, i) => {
      const expected = (cdf(value) - from) / (to - from);
      worst = Math.max(worst, Math.abs(expected - i / N), Math.abs(expected - (i + 1) / N));
    });
    expect(worst).toBeLessThan(2 / Math.sqrt(N));
  });

  it('terminates if the bounds are so far out that float32 has few numbers between them', () => {
    const tensor = truncatedNormal([100], { low: 100_000.003, high: 100_001, generator: new Generator(0) });
    const values = tensor.dataSync();
    tensor.dispose();
    expect(values.every((value) => value === Math.fround(100_000.003))).toBe(true);
  });
});
