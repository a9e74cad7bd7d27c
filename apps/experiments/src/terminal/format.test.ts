import { expect, it } from 'vitest';
import {
  ahead,
  count,
  figureOrDash,
  formatRuns,
  formatSteps,
  listOf,
  percent,
  points,
  signed,
} from './format.js';

it('formats numbers', () => {
  expect(percent(0.8714)).toBe('87.1 %');
  expect(percent(0.8714, 2)).toBe('87.14 %');
  expect([0.0123, -0.02, 0.0004].map((difference) => ahead('A', 'B', difference))).toEqual([
    'A is 1.2 points ahead of B',
    'A is 2.0 points behind B',
    'A and B are equal to a tenth of a point',
  ]);
  expect([1, 3000].map(formatSteps)).toEqual(['1 step', '3,000 steps']);
  expect([1, 12].map(formatRuns)).toEqual(['1 run', '12 runs']);
  expect(count(10_000)).toBe('10,000');
  expect(points(0.0123)).toBe('1.2');
  expect([0.5, 0, -0.25].map((number) => signed(number, 2))).toEqual(['+0.50', '+0.00', '−0.25']);
  expect([0.5, undefined].map((share) => figureOrDash(share, percent))).toEqual(['50.0 %', '–']);
});

it('formats lists', () => {
  expect([[], ['a'], ['a', 'b'], ['a', 'b', 'c']].map(listOf)).toEqual(['', 'a', 'a and b', 'a, b and c']);
});
