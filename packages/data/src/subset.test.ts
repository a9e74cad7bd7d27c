import { describeDataset } from '@trainkit/testing';
import { describe, expect, it } from 'vitest';
import { later, numbers, take } from '../fixtures/datasets.js';
import { Subset } from './subset.js';

describeDataset('Subset', () => new Subset(numbers(9), [8, 1, 8, 4]));
describeDataset('Subset of an asynchronous dataset', () => new Subset(later(numbers(9)), [8, 1, 8, 4]));

describe('Subset', () => {
  it('of a subset goes through both', () => {
    const inner = new Subset(new Subset(numbers(10), [9, 8, 7, 7]), Uint8Array.of(3, 0));
    expect(take(inner.batch([1, 0]))).toEqual([9, 7]);
    expect(inner.indices).toEqual(Int32Array.of(3, 0));
  });

  it('keeps a copy of its indices', () => {
    const indices = [1, 2];
    const subset = new Subset(numbers(3), indices);
    indices[0] = 0;
    expect(take(subset.batch([0]))).toEqual([1]);
  });

  it.each([
    [[10], 'Subset: indices[0] is 10; expected whole numbers from 0 to 9.'],
    [[0, -1], 'indices[1] is -1;'],
    [[1.5], 'indices[0] is 1.5;'],
    [['1'], 'indices[0] is "1";'],
    [3, 'indices is 3; expected an array of whole numbers.'],
  ])('refuses the indices %j', (indices, message) => {
    expect(() => new Subset(numbers(10), indices as never)).toThrow(message);
  });

  it.each([
    [null, 'dataset is null; expected a dataset with length and batch(indices).'],
    [{ length: 3 }, 'dataset is [object Object]; expected a dataset'],
    [{ length: -1, batch: (): null => null }, 'dataset.length is -1; expected a whole number of at least 0.'],
    [{ batch: (): null => null }, 'dataset.length is undefined;'],
  ])('refuses %j in place of a dataset', (dataset, message) => {
    expect(() => new Subset(dataset as never, [])).toThrow(`Subset: ${message}`);
  });
});
