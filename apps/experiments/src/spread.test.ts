import { expect, it } from 'vitest';
import { spread } from './spread.js';

it('gives mean, extremes and the deviation with n − 1', () => {
  expect(spread([1, 2, 3, 6])).toEqual({ mean: 3, min: 1, max: 6, std: Math.sqrt(14 / 3), seeds: 4 });
  expect(spread([5])).toEqual({ mean: 5, min: 5, max: 5, std: 0, seeds: 1 });
  expect(() => spread([])).toThrow('A spread needs at least one value.');
});
