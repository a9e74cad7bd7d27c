import * as tf from '@tensorflow/tfjs-core';
import { describeBackends, describeDataset, expectNoLeak } from '@trainkit/testing';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { later, numbers, take } from '../fixtures/datasets.js';
import { concat } from './concat.js';
import type { Dataset } from './dataset.js';
import { tensorDataset } from './tensor-dataset.js';

const mixed = (n: number) =>
  tensorDataset({
    x: { data: Float32Array.from({ length: 2 * n }, (_, i) => i), shape: [n, 2] },
    labels: Int32Array.from({ length: n }, (_, i) => i),
    flags: Array.from({ length: n }, (_, i) => i % 2 === 0),
  });

describeDataset('concat', () => concat([mixed(2), mixed(1), mixed(3)]));
describeDataset('concat of asynchronous ones', () => concat([later(mixed(2)), later(mixed(3))]));

describeBackends('concat', () => {
  it('joins tuples and single tensors too', () => {
    const tuple: Dataset<[tf.Tensor, { y: tf.Tensor }]> = {
      length: 2,
      batch: (indices) => [tf.tensor1d([...indices]), { y: tf.zeros([indices.length, 1]) }],
    };
    const batch = concat([tuple, tuple]).batch([3, 0, 2]);
    expect([Array.from(batch[0].dataSync()), batch[1].y.shape]).toEqual([
      [1, 0, 0],
      [3, 1],
    ]);
    tf.dispose(batch);
    const single: Dataset<tf.Tensor> = { length: 2, batch: (indices) => tf.tensor1d([...indices]) };
    const joined = concat([single, single]).batch([1, 2]);
    expect(Array.from(joined.dataSync())).toEqual([1, 0]);
    joined.dispose();
  });
});

describe('concat', () => {
  beforeAll(() => tf.setBackend('cpu'));

  it('has the examples of all, one dataset after the other', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(6), { minLength: 1, maxLength: 5 }),
        fc.array(fc.nat(1000), { maxLength: 12 }),
        (lengths, draws) => {
          let first = 0;
          const parts = lengths.map((length) => {
            const part = numbers(length, first);
            first += length;
            return part;
          });
          const whole = concat(parts);
          expect(whole.length).toBe(first);
          const indices = first === 0 ? [] : draws.map((draw) => draw % first);
          expect(take(whole.batch(indices))).toEqual(indices);
        },
      ),
    );
  });

  it.each<[string, () => Dataset<unknown>, string]>([
    [
      'other keys',
      () => concat([numbers(1), tensorDataset({ y: [1] })] as never),
      'concat: batches are an object of x and an object of y; expected tensors, or arrays or objects of tensors with the ' +
        'same keys. Write map(dataset, f) around the dataset whose batches differ.',
    ],
    [
      'rows of another shape',
      () => concat([tensorDataset({ x: [[1, 2]] }), tensorDataset({ x: [[1, 2, 3]] })]),
      'a float32 tensor of shape [1, 2] and a float32 tensor of shape [1, 3]; expected one dtype and rows of one shape.',
    ],
    [
      'another dtype',
      () => concat([tensorDataset({ x: [1] }), tensorDataset({ x: Int32Array.of(1) })] as never),
      'a float32 tensor of shape [1] and an int32 tensor of shape [1]; expected one dtype',
    ],
    [
      'a tensor beside an object',
      () => concat<unknown>([numbers(1), { length: 1, batch: () => tf.tensor1d([1]) }]),
      'batches are an object of x and a float32 tensor of shape [1];',
    ],
  ])('refuses to join batches of different forms, and leaves no tensor: %s', async (_what, make, message) => {
    await expectNoLeak(() => {
      expect(() => make().batch([0, 1])).toThrow(message);
    });
  });

  it.each([false, true])('leaves no tensor if one dataset fails: asynchronous %s', async (isAsync) => {
    const failing: Dataset<{ x: tf.Tensor1D }> = {
      length: 1,
      batch: () => {
        throw new Error('no such file');
      },
    };
    await expectNoLeak(async () => {
      const ask = async () =>
        isAsync
          ? concat([later(numbers(4)), later(failing), later(numbers(2))]).batch([3, 4, 5])
          : concat([numbers(4), failing, numbers(2)]).batch([3, 4, 5]);
      await expect(ask()).rejects.toThrow('no such file');
      // Batches that were requested before the failure arrive later.
      await new Promise((resolve) => setTimeout(resolve));
    });
  });

  it.each([[[]], [numbers(1)], [undefined]])('refuses %j in place of datasets', (datasets) => {
    expect(() => concat(datasets as never)).toThrow(
      'expected an array of at least one dataset. Write concat([first, second]).',
    );
  });
});
