import { describe, expect, it } from 'vitest';
import { median, quantile, ratioOf } from './statistics.js';

describe('statistics', () => {
  it('take the middle, and in proportion between two', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1])).toBe(2.5);
    expect(quantile([0, 10, 20, 30, 40], 0.25)).toBe(10);
    expect(quantile([0, 10], 0.9)).toBe(9);
    expect(() => quantile([], 0.5)).toThrow('no values');
  });

  it('compare round by round, so that a slow moment does not count', () => {
    // The third round was ten times as slow, for both.
    const ours = [
      [1, 1, 1],
      [1, 2, 1],
      [10, 10, 10],
    ];
    const theirs = [
      [2, 2, 2],
      [2, 2, 2],
      [20, 20, 20],
    ];
    expect(ratioOf(ours, theirs)).toEqual({ median: 0.5, low: 0.5, high: 0.5 });
  });
});
