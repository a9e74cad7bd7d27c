import * as tf from '@tensorflow/tfjs-core';
import { DataLoader, randomSplit } from '@trainkit/data';
import { defaultGenerator, Generator, manualSeed } from '@trainkit/random';
import { describeBackends, describeDataset } from '@trainkit/testing';
import { beforeAll, describe, expect, test } from 'vitest';
import { SAMPLE } from '../fixtures/idx-files.js';
import { numbered, walk } from '../fixtures/walk.js';
import orders from '../goldens/orders.json' with { type: 'json' };
import pixels from '../goldens/pixels.json' with { type: 'json' };
import type { FashionMnist } from './decode.js';
import { FashionMnistDataset } from './fashion-mnist-dataset.js';
import { loadFashionMnist } from './load.js';

let sample: FashionMnist;
beforeAll(async () => {
  sample = await loadFashionMnist({ dir: SAMPLE });
});

describeDataset('FashionMnistDataset', () => numbered(600));

describeBackends('FashionMnistDataset', () => {
  test.each(orders.cases)(
    'returns the batches of PyTorch for seed $seed',
    ({ seed, epochs, afterTest, next }) => {
      manualSeed(BigInt(seed));
      const loader = new DataLoader(sample.train, { batchSize: 128, shuffle: true });
      expect(walk(loader)).toEqual(epochs[0]);
      expect(walk(loader)).toEqual(epochs[1]);
      // An evaluation advances the generator, so the third epoch depends on it.
      walk(new DataLoader(sample.test, { batchSize: 128 }));
      expect(walk(loader).pixelSums).toEqual(afterTest);
      expect(defaultGenerator.uniform(1)[0]).toBe(next);
    },
  );

  test('keeps the last partial batch, or drops it', () => {
    const { seed, batchSize, kept, dropped } = orders.odd;
    const generator = new Generator(seed);
    const options = { batchSize, shuffle: true, generator };
    expect(walk(new DataLoader(sample.test, options)).pixelSums).toEqual(kept);
    expect(walk(new DataLoader(sample.test, { ...options, dropLast: true })).pixelSums).toEqual(dropped);
  });

  test('shuffles a subset of a subset as PyTorch does', () => {
    const { seed, labels, pixelSums } = orders.nested;
    manualSeed(seed);
    const [rest] = randomSplit(sample.test, [0.9, 0.1]);
    const [nested] = randomSplit(rest, [300, 600]);
    expect(walk(new DataLoader(nested, { batchSize: 128, shuffle: true }))).toEqual({ labels, pixelSums });
  });

  test.each(pixels.cases)('normalizes bit for bit: mean $mean, std $std', ({ mean, std, values }) => {
    const images = Uint8Array.from({ length: 784 }, (_, i) => i % 256);
    const batch = new FashionMnistDataset({ images, labels: Uint8Array.of(7) }, { mean, std }).batch([0]);
    expect([batch.images.shape, batch.images.dtype]).toEqual([[1, 28, 28, 1], 'float32']);
    expect([batch.labels.shape, batch.labels.dtype]).toEqual([[1], 'int32']);
    expect(Array.from(batch.images.dataSync().subarray(0, 256))).toEqual(values);
    tf.dispose(batch);
  });

  test('images belong to their labels after an operation on the backend', () => {
    for (const batch of new DataLoader(numbered(600, { mean: 0, std: 1 }), { shuffle: true })) {
      const indices = tf.tidy(() => {
        const bytes = tf.round(tf.mul(tf.reshape(batch.images, [-1, 784]), 255));
        return tf.sum(tf.mul(tf.slice(bytes, [0, 0], [-1, 2]), [[256, 1]]), 1).dataSync();
      });
      expect(Array.from(batch.labels.dataSync())).toEqual(Array.from(indices, (index) => index % 10));
      tf.dispose(batch);
    }
  });
});

describe('FashionMnistDataset', () => {
  test('accepts the bytes of another one, for another normalization, without a copy', () => {
    const first = numbered(3);
    const second = new FashionMnistDataset(first, { mean: 0, std: 1 });
    expect(second.images).toBe(first.images);
    expect(second.labels).toBe(first.labels);
  });

  const bytes = { images: new Uint8Array(784), labels: new Uint8Array(1) };
  test.each<[string, object, object, string]>([
    [
      'normalized pixels',
      { ...bytes, images: new Float32Array(784) },
      {},
      'images is a Float32Array of 784 elements; expected a Uint8Array',
    ],
    ['labels in a list', { ...bytes, labels: [1] }, {}, 'labels is [1]; expected a Uint8Array'],
    [
      'too few pixels',
      { ...bytes, labels: new Uint8Array(2) },
      {},
      'received 784 pixels and 2 labels; expected 784 pixels for each label.',
    ],
    ['a std of 0', bytes, { std: 0 }, 'std is 0; expected a finite number above 0.'],
    ['a mean in text', bytes, { mean: '0.5' }, 'mean is "0.5"; expected a finite number.'],
    [
      'an unknown option',
      bytes,
      { stdev: 1 },
      'received the unknown option "stdev"; expected mean, std. Write std: 1.',
    ],
  ])('refuses %s', (_what, given, options, message) => {
    expect(() => new FashionMnistDataset(given as typeof bytes, options)).toThrow(
      `FashionMnistDataset: ${message}`,
    );
  });
});
