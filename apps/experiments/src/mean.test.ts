import { expect, it } from 'vitest';
import { mean } from './mean.js';

it('is the mean', () => {
  expect(mean([1, 2, 6])).toBe(3);
  expect(mean([-0.5])).toBe(-0.5);
});
