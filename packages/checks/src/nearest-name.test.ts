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

it('returns the first of two equally near names', () => {
  expect(nearestName('sun', ['sum', 'sub'])).toBe('sum');
});
