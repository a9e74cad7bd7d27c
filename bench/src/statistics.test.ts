import { describe, expect, it } from 'vitest';
import { median, middle, quantile, ratioOf, verdict } from './statistics.js';

describe('statistics', () => {
  it('take the median and interpolate between two values', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1])).toBe(2.5);
    expect(quantile([0, 10, 20, 30, 40], 0.25)).toBe(10);
    expect(quantile([0, 10], 0.9)).toBe(9);
    expect(() => quantile([], 0.5)).toThrow('no values');
    expect(middle([0, 10, 20, 30, 40, 50])).toEqual({ median: 25, low: 5, high: 45, samples: 6 });
  });

  it('compare round by round, so that a slow round does not count', () => {
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
    expect(ratioOf([{ ours, theirs }])).toEqual({ median: 0.5, low: 0.5, high: 0.5, samples: 1 });
  });

  it('give the range over the pairs of processes, not over their rounds', () => {
    const theirs = [[10], [10], [10]];
    const ratio = ratioOf([
      // One round is an outlier; the pair is not.
      { ours: [[5], [5], [90]], theirs },
      { ours: [[8], [8], [8]], theirs },
      { ours: [[6], [6], [6]], theirs },
    ]);
    expect(ratio).toEqual({ median: 0.6, low: 0.5, high: 0.8, samples: 3 });
  });
});

describe('verdict', () => {
  const range = { median: 0.6, low: 0.5, high: 0.8, samples: 3 };

  it('is certain only where the whole range is on one side of the goal', () => {
    expect(verdict(0.81, range)).toBe('reached');
    expect(verdict(0.8, range)).toBe('reached');
    expect(verdict(0.79, range)).toBe('open');
    expect(verdict(0.5, range)).toBe('open');
    expect(verdict(0.49, range)).toBe('missed');
  });

  it('is open with only one pair of processes', () => {
    expect(verdict(0.9, { median: 0.5, low: 0.5, high: 0.5, samples: 1 })).toBe('open');
  });
});
