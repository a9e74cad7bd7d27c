import * as tf from '@tensorflow/tfjs-core';
import { Generator } from '@trainkit/random';
import { describeDataset, expectNoLeak } from '@trainkit/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { later, type Numbers, numbers, take } from '../fixtures/datasets.js';
import { map } from './map.js';

const doubled = ({ x }: Numbers): Numbers => ({ x: tf.sub(tf.mul(x, 3), x) });

/** Adds to each example a number below 1 from the batch's own generator. */
const noisy = ({ x }: Numbers, generator: Generator): Numbers => ({
  x: tf.add(x, tf.tensor1d(generator.uniform(x.size))),
});

describeDataset('map', () => map(numbers(5), doubled));
describeDataset('map of an asynchronous dataset', () => map(later(numbers(5)), doubled));
describeDataset('map with an asynchronous function', () => map(numbers(5), async (batch) => batch));
describeDataset('map with a generator', () => map(numbers(5), noisy, { generator: new Generator(0) }), {
  isRandom: true,
});

describe('map', () => {
  beforeAll(() => tf.setBackend('cpu'));

  it('disposes the tensors that the result lacks, and keeps the others', async () => {
    await expectNoLeak(() => {
      const before = tf.memory().numTensors;
      const both = map(numbers(4), ({ x }) => ({ x, twice: tf.mul(x, tf.scalar(2)) }));
      const batch = both.batch([3]);
      expect(tf.memory().numTensors).toBe(before + 2);
      expect([batch.x.dataSync()[0], batch.twice.dataSync()[0]]).toEqual([3, 6]);
      tf.dispose(batch);
    });
  });

  it('leaves temporary tensors to an asynchronous function until it is done', async () => {
    await expectNoLeak(async () => {
      const squared = map(numbers(4), async ({ x }) => {
        const square = tf.square(x);
        await Promise.resolve();
        const sum = tf.add<tf.Tensor1D>(square, x);
        square.dispose();
        return { x: sum };
      });
      expect(take(await squared.batch([3, 1]))).toEqual([12, 2]);
    });
  });

  it.each([
    ['throws', () => map(numbers(2), fail)],
    ['rejects', () => map(numbers(2), () => Promise.reject(new Error('no augmentation')))],
    ['throws for an asynchronous dataset', () => map(later(numbers(2)), fail)],
  ])('leaves no tensor if the function %s', async (_what, make) => {
    await expectNoLeak(async () => {
      const ask = async () => make().batch([0]);
      await expect(ask()).rejects.toThrow('no augmentation');
    });
  });

  it('draws one int64 a batch, which seeds the generator of the function', () => {
    const generator = new Generator(3);
    const dataset = map(numbers(4), noisy, { generator });
    const seeds = new Generator(3);
    for (const indices of [[0, 1], [2]]) {
      const noise = new Generator(seeds.int64()).uniform(indices.length);
      expect(take(dataset.batch(indices))).toEqual(indices.map((x, i) => Math.fround(x + noise[i]!)));
    }
    expect(generator.int64()).toBe(seeds.int64());
  });

  it('repeats a batch for its seeds, through JSON and through several layers', () => {
    const generator = new Generator(3);
    const dataset = map(map(numbers(4), noisy, { generator }), noisy, { generator });
    const seeds = JSON.parse(JSON.stringify(dataset.drawSeeds?.()));
    expect(seeds).toHaveLength(2);
    const first = take(dataset.batch([2, 3], seeds));
    expect(take(dataset.batch([2, 3], seeds))).toEqual(first);
    expect(take(dataset.batch([2, 3]))).not.toEqual(first);
  });

  it('draws nothing without a generator, and passes none to the function', () => {
    const received: number[] = [];
    const dataset = map(numbers(1), (...all: [Numbers]) => {
      received.push(all.length);
      return all[0];
    });
    expect(dataset.drawSeeds?.()).toBe(null);
    take(dataset.batch([0]));
    expect(received).toEqual([1]);
  });

  it.each<[string, () => unknown, string]>([
    [
      'no function',
      () => map(numbers(1), 3 as never),
      'map: f is 3; expected a function. Write map(dataset, (batch) => …).',
    ],
    ['no dataset', () => map([1] as never, doubled), 'map: dataset is [1]; expected a dataset'],
    [
      'a seed in place of a generator',
      () => map(numbers(1), noisy, { generator: 7 as never }),
      'Write { generator: new Generator(7) }.',
    ],
    [
      'an unknown option',
      () => map(numbers(1), doubled, { seed: 7 } as never),
      'map: received the unknown option "seed"; expected generator.',
    ],
  ])('refuses %s', (_what, make, message) => {
    expect(make).toThrow(TypeError);
    expect(make).toThrow(message);
  });
});

function fail(): Numbers {
  tf.scalar(1);
  throw new Error('no augmentation');
}
