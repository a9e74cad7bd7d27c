import { expect, it } from 'vitest';
import { count, figureOrDash, formatRuns, formatSteps, percent, points, signed } from './format.js';

it('formats numbers', () => {
  expect(percent(0.8714)).toBe('87.1 %');
  expect(percent(0.8714, 2)).toBe('87.14 %');
  expect([1, 3000].map(formatSteps)).toEqual(['1 step', '3,000 steps']);
  expect([1, 12].map(formatRuns)).toEqual(['1 run', '12 runs']);
  expect(count(10_000)).toBe('10,000');
  expect(points(0.0123)).toBe('1.2');
  expect([0.5, 0, -0.25].map((number) => signed(number, 2))).toEqual(['+0.50', '+0.00', '−0.25']);
  expect([0.5, undefined].map((share) => figureOrDash(share, percent))).toEqual(['50.0 %', '–']);
});
