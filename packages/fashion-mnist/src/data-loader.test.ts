import * as tf from '@tensorflow/tfjs-core';
import { defaultGenerator, Generator, manualSeed } from '@trainkit/random';
import { describeBackends, expectNoLeak } from '@trainkit/testing';
import { beforeAll, describe, expect, test } from 'vitest';
import { SAMPLE } from '../fixtures/idx-files.js';
import { numbered, walk } from '../fixtures/walk.js';
import orders from '../goldens/orders.json' with { type: 'json' };
import pixels from '../goldens/pixels.json' with { type: 'json' };
import splits from '../goldens/splits.json' with { type: 'json' };
import { DataLoader } from './data-loader.js';
import type { FashionMnist } from './dataset.js';
import { loadFashionMnist } from './load.js';
import { randomSplit, subset } from './subset.js';

let sample: FashionMnist;
beforeAll(async () => {
  sample = await loadFashionMnist({ dir: SAMPLE });
});

describeBackends('DataLoader', () => {
  test.each(orders.cases)(
    'gives the batches of PyTorch for seed $seed',
    ({ seed, epochs, afterTest, next }) => {
      manualSeed(BigInt(seed));
      const loader = new DataLoader(sample.train, { shuffle: true });
      expect(walk(loader)).toEqual(epochs[0]);
      expect(walk(loader)).toEqual(epochs[1]);
      // An evaluation moves the generator, so the third epoch depends on it.
      walk(new DataLoader(sample.test));
      expect(walk(loader).pixelSums).toEqual(afterTest);
      expect(defaultGenerator.uniform(1)[0]).toBe(next);
    },
  );

  test('keeps the last partial batch, or drops it', () => {
    const { seed, batchSize, kept, dropped } = orders.odd;
    const generator = new Generator(seed);
    const options = { batchSize, shuffle: true, generator };
    const keeping = new DataLoader(sample.test, options);
    expect(keeping.length).toBe(kept.length);
    expect(walk(keeping).pixelSums).toEqual(kept);
    const dropping = new DataLoader(sample.test, { ...options, dropLast: true });
    expect(dropping.length).toBe(dropped.length);
    expect(walk(dropping).pixelSums).toEqual(dropped);
  });

  test('shuffles a subset of a subset as PyTorch does', () => {
    manualSeed(splits.nested.seed);
    const [rest] = randomSplit(sample.test, [0.9, 0.1]);
    const [nested] = randomSplit(rest!, [300, 600]);
    const { labels, pixelSums } = splits.nested;
    expect(walk(new DataLoader(nested!, { shuffle: true }))).toEqual({ labels, pixelSums });
  });

  test.each(pixels.cases)('normalizes bit for bit: mean $mean, std $std', ({ mean, std, values }) => {
    const images = Uint8Array.from({ length: 784 }, (_, i) => i % 256);
    const data = { images, labels: Uint8Array.of(7), length: 1 };
    for (const batch of new DataLoader(data, { mean, std })) {
      expect(batch.images.shape).toEqual([1, 28, 28, 1]);
      expect(batch.images.dtype).toBe('float32');
      expect(batch.labels.shape).toEqual([1]);
      expect(batch.labels.dtype).toBe('int32');
      const first = tf.tidy(() => Array.from(tf.slice(tf.reshape(batch.images, [-1]), 0, 256).dataSync()));
      expect(first).toEqual(values);
      batch.dispose();
    }
  });

  test('a batch is two tensors, and disposing twice is harmless', async () => {
    await expectNoLeak(() => {
      const before = tf.memory().numTensors;
      for (const batch of new DataLoader(numbered(5), { batchSize: 2 })) {
        expect(tf.memory().numTensors).toBe(before + 2);
        batch.dispose();
        batch.dispose();
      }
    });
  });

  test('images belong to their labels after an operation on the backend', () => {
    for (const batch of new DataLoader(numbered(600), { mean: 0, std: 1, shuffle: true })) {
      const indices = tf.tidy(() => {
        const bytes = tf.round(tf.mul(tf.reshape(batch.images, [-1, 784]), 255));
        return tf.sum(tf.mul(tf.slice(bytes, [0, 0], [-1, 2]), [[256, 1]]), 1).dataSync();
      });
      expect(Array.from(batch.labels.dataSync())).toEqual(Array.from(indices, (index) => index % 10));
      batch.dispose();
    }
  });
});

describe('DataLoader', () => {
  beforeAll(() => tf.setBackend('cpu'));

  test('without shuffle gives the data in order and draws one int64 an epoch', () => {
    const generator = new Generator(3);
    const loader = new DataLoader(numbered(25), { batchSize: 10, generator });
    expect(walk(loader).labels).toBe('0123456789012345678901234');
    const other = new Generator(3);
    other.int64();
    expect(generator.stateDict()).toEqual(other.stateDict());
  });

  test('draws when the first batch is asked for, and nothing else draws', () => {
    const generator = new Generator(3);
    const untouched = new Generator(3).stateDict();
    const loader = new DataLoader(numbered(4), { shuffle: true, generator });
    const iterator = loader[Symbol.iterator]();
    expect(generator.stateDict()).toEqual(untouched);
    iterator.next().value?.dispose();
    const other = new Generator(3);
    other.int64();
    other.int64();
    expect(generator.stateDict()).toEqual(other.stateDict());
  });

  test('an index that comes twice in a subset comes twice in an epoch', () => {
    expect(walk(new DataLoader(subset(numbered(9), [8, 1, 8]), { batchSize: 2 })).labels).toBe('818');
  });

  test.each([
    [{ batchSize: 0 }, 'batchSize is a number of images, a whole number from 1 on; received 0.'],
    [{ batchSize: 2.5 }, 'received 2.5.'],
    [{ batchSize: '4' as never }, 'received "4".'],
    [{ std: 0 }, 'std must be a number above 0; received 0.'],
  ])('refuses the options %j', (options, message) => {
    expect(() => new DataLoader(numbered(3), options)).toThrow(message);
  });

  test('an epoch of no images, or of fewer than a batch, has no batches and draws as any other', () => {
    for (const loader of [
      (generator: Generator) => new DataLoader(numbered(0), { generator }),
      (generator: Generator) => new DataLoader(subset(numbered(3), []), { generator }),
      (generator: Generator) => new DataLoader(numbered(3), { batchSize: 4, dropLast: true, generator }),
    ]) {
      const generator = new Generator(0);
      const empty = loader(generator);
      expect(empty.length).toBe(0);
      expect([...empty]).toEqual([]);
      expect(empty.state()).toMatchObject({ epoch: 1, next: 0 });
      expect([...empty.restore(empty.state())]).toEqual([]);
      // torch.manual_seed(0); list(DataLoader([])); list(DataLoader([])); torch.rand(1)
      expect(generator.uniform(1)[0]).toBe(0.30742281675338745);
    }
    const batches = [...new DataLoader(numbered(3), { batchSize: 4 })];
    expect(batches.map(({ labels }) => labels.shape)).toEqual([[3]]);
    tf.dispose(batches.flatMap(({ images, labels }) => [images, labels]));
  });

  test.each<[string, unknown, string]>([
    ['nothing', undefined, 'such as train of what loadFashionMnist gives'],
    ['null', null, 'received null.'],
    ['a number', 3, 'received 3.'],
    ['a whole set', { train: numbered(1) }, 'images of a split is a Uint8Array'],
    [
      'pixels that are normalized already',
      { images: new Float32Array(784), labels: new Uint8Array(1), length: 1 },
      'images of a split is a Uint8Array (pixels from 0 to 255, not yet normalized; labels from 0 to 9); ' +
        'received a Float32Array of 784 elements.',
    ],
    ['labels in a list', { images: new Uint8Array(784), labels: [1], length: 1 }, 'received an Array.'],
    ['a subset of nothing', { split: undefined, indices: Int32Array.of(), length: 0 }, 'received undefined.'],
    ['indices in a list', { split: numbered(1), indices: [0], length: 1 }, 'Make it with subset().'],
  ])('refuses %s in place of data', (_what, data, message) => {
    // @ts-expect-error: the types refuse it as well
    expect(() => new DataLoader(data)).toThrow(TypeError);
    // @ts-expect-error: the types refuse it as well
    expect(() => new DataLoader(data)).toThrow(message);
  });

  test.each([
    [7, 'generator is 7; expected a Generator of @trainkit/random. Write { generator: new Generator(7) }.'],
    [null, 'generator is null; expected a Generator of @trainkit/random.'],
    [
      { int64: () => 0n, permutation: () => Int32Array.of(0) },
      'generator is [object Object]; expected a Generator',
    ],
  ])('refuses %j in place of a generator', (generator, message) => {
    const options = { generator: generator as never };
    for (const [name, make] of [
      ['DataLoader', () => new DataLoader(numbered(1), options)],
      ['randomSplit', () => randomSplit(numbered(1), [1], options)],
    ] as const) {
      expect(make).toThrow(`${name}: ${message}`);
    }
  });

  test('refuses to shuffle no images, as PyTorch does, and arrays that do not fit together', () => {
    expect(() => new DataLoader(numbered(0), { shuffle: true })).toThrow(
      'DataLoader: the data have no images, and nothing cannot be shuffled. Leave shuffle out for an epoch without',
    );
    expect(() => new DataLoader({ ...numbered(3), length: 4 })).toThrow(
      'DataLoader: a split of n images has n · 784 pixels in images and n labels; ' +
        'received length 4, 2352 pixels and 3 labels.',
    );
  });
});
