import { expect, it } from 'vitest';
import { chanceDifference, mean, runningMean, smoothingWindow, spread } from './statistics.js';

it('mean: the sum divided by the number', () => {
  expect(mean([1, 2, 6])).toBe(3);
  expect(mean([-0.5])).toBe(-0.5);
});

it('spread: mean, extremes and the deviation with n − 1', () => {
  expect(spread([1, 2, 3, 6])).toEqual({ mean: 3, min: 1, max: 6, std: Math.sqrt(14 / 3), seeds: 4 });
  expect(spread([5])).toEqual({ mean: 5, min: 5, max: 5, std: 0, seeds: 1 });
  expect(() => spread([])).toThrow('A spread needs at least one value.');
});

it('runningMean: the mean of the last values, and of fewer at the beginning', () => {
  expect(runningMean([4, 2, 0, 10], 3)).toEqual([4, 3, 2, 4]);
  expect(runningMean([4, 2], 1)).toEqual([4, 2]);
});

it('smoothingWindow: a fortieth of a run, at least one step', () => {
  expect([1, 59, 60, 10_000].map(smoothingWindow)).toEqual([1, 1, 2, 250]);
});

it('gives a wider chance difference for a smaller test set', () => {
  expect(chanceDifference(0.5, 1000)).toBeCloseTo(0.0438, 4);
  expect(chanceDifference(0.88, 10_000)).toBeCloseTo(0.009, 4);
  expect(chanceDifference(1, 1000)).toBe(0);
});
