import { expect, it } from 'vitest';
import { nearestName } from './nearest-name.js';

it.each([
  ['suffle', 'shuffle'],
  ['BatchSize', 'batchSize'],
  ['batchsizes', 'batchSize'],
  ['color', undefined],
  ['', undefined],
  ['drop', undefined],
])('%j means %j', (name, meant) => {
  expect(nearestName(name, ['batchSize', 'shuffle', 'dropLast'])).toBe(meant);
});

it('takes the first of two that are as near', () => {
  expect(nearestName('sun', ['sum', 'sub'])).toBe('sum');
});
