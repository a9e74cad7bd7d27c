import { expect, it } from 'vitest';
import { broadcastNumbers } from './broadcast.js';

it.each([
  ['the same shape as one dimension', [3, 4, 5], [3, 4, 5], [3, 4, 5], [1, 60, 1, 1]],
  ['a number beside a matrix as one dimension', [3, 4], [3, 4], [], [1, 12, 1, 0]],
  ['a row vector as two', [3, 4], [3, 4], [4], [2, 3, 4, 0, 4, 1, 1]],
  ['a column vector as two', [3, 4], [3, 4], [3, 1], [2, 3, 4, 1, 4, 1, 0]],
  ['leading dimensions of both as one', [2, 3, 4], [2, 3, 4], [2, 3, 1], [2, 6, 4, 1, 4, 1, 0]],
  ['dimensions of 1 as none', [1, 5, 1], [1, 5, 1], [5, 1], [1, 5, 1, 1]],
  ['two numbers as one dimension', [1], [1], [], [1, 1, 0, 0]],
  ['an outer product', [3, 4], [3, 1], [1, 4], [2, 3, 1, 0, 4, 0, 1]],
  ['no elements', [0, 4], [0, 4], [4], [2, 0, 4, 0, 4, 1, 1]],
])('describes %s', (_name, shape, a, b, numbers) => {
  expect(broadcastNumbers(shape, a, b)).toEqual(numbers);
});
