import { expect, it } from 'vitest';
import { runningMean, smoothingWindow } from './running-mean.js';

it('is the mean of the last values, and of fewer at the beginning', () => {
  expect(runningMean([4, 2, 0, 10], 3)).toEqual([4, 3, 2, 4]);
  expect(runningMean([4, 2], 1)).toEqual([4, 2]);
});

it('is over a fortieth of a run, and never over nothing', () => {
  expect([1, 59, 60, 10_000].map(smoothingWindow)).toEqual([1, 1, 2, 250]);
});
