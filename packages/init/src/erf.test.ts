import { describe, expect, it } from 'vitest';
import { erf, normalCdf } from './erf.js';

describe('erf', () => {
  // Computed with Python's math.erf.
  it.each([
    [0, 0],
    [0.1, 0.1124629160182849],
    [0.5, 0.5204998778130465],
    [1, 0.8427007929497149],
    [2, 0.9953222650189527],
    [3.5, 0.9999992569016276],
    [6.5, 1],
    [Number.POSITIVE_INFINITY, 1],
  ])('of %s is %s, and odd', (x, expected) => {
    expect(erf(x)).toBeCloseTo(expected, 14);
    expect(erf(-x)).toBeCloseTo(-expected, 14);
  });
});

describe('normalCdf', () => {
  it('has 68.27 % within one deviation, 95.45 % within two', () => {
    expect(normalCdf(1) - normalCdf(-1)).toBeCloseTo(0.6826894921370859, 14);
    expect(normalCdf(2) - normalCdf(-2)).toBeCloseTo(0.9544997361036416, 14);
  });
});
