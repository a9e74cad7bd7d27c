import * as tf from '@tensorflow/tfjs-core';
import { defaultGenerator, Generator, manualSeed } from '@trainkit/random';
import { describeBackends, expectNoLeak } from '@trainkit/testing';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { SAMPLE } from '../fixtures/idx-files.js';
import orders from '../goldens/orders.json' with { type: 'json' };
import pixels from '../goldens/pixels.json' with { type: 'json' };
import splits from '../goldens/splits.json' with { type: 'json' };
import { DataLoader } from './data-loader.js';
import type { FashionMnist } from './dataset.js';
import { loadFashionMnist } from './load.js';
import type { Split } from './split.js';
import { randomSplit, subset } from './subset.js';

let sample: FashionMnist;
beforeAll(async () => {
  sample = await loadFashionMnist({ dir: SAMPLE });
});

/** A split whose image i has the two bytes of i in its first pixels and i mod 10 as its label. */
function numbered(length: number): Split {
  const images = new Uint8Array(length * 784);
  for (let i = 0; i < length; i++) images.set([i >> 8, i & 255], i * 784);
  return { images, labels: Uint8Array.from({ length }, (_, i) => i % 10), length };
}

/** What an epoch (or its first `limit` batches) gives: labels as digits, the sum of each batch's bytes. */
function walk(loader: DataLoader, limit = Number.POSITIVE_INFINITY) {
  const pixelSums: number[] = [];
  let labels = '';
  let count = 0;
  for (const batch of loader) {
    labels += batch.labels.dataSync().join('');
    let sum = 0;
    for (const value of batch.images.dataSync()) sum += Math.round((value * 0.5 + 0.5) * 255);
    pixelSums.push(sum);
    batch.dispose();
    if (++count >= limit) break;
  }
  return { labels, pixelSums };
}

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

  test.each(pixels.cases)('normalises bit for bit: mean $mean, std $std', ({ mean, std, values }) => {
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
    expect(generator.state()).toEqual(other.state());
  });

  test('draws when the first batch is asked for, and nothing else draws', () => {
    const generator = new Generator(3);
    const untouched = new Generator(3).state();
    const loader = new DataLoader(numbered(4), { shuffle: true, generator });
    const iterator = loader[Symbol.iterator]();
    expect(generator.state()).toEqual(untouched);
    iterator.next().value?.dispose();
    const other = new Generator(3);
    other.int64();
    other.int64();
    expect(generator.state()).toEqual(other.state());
  });

  test('an index that comes twice in a subset comes twice in an epoch', () => {
    expect(walk(new DataLoader(subset(numbered(9), [8, 1, 8]), { batchSize: 2 })).labels).toBe('818');
  });

  test.each([
    [{ batchSize: 0 }, 'batchSize is a number of images, a whole number from 1 on; received 0.'],
    [{ batchSize: 2.5 }, 'received 2.5.'],
    [{ std: 0 }, 'std must be a number above 0; received 0.'],
  ])('refuses the options %j', (options, message) => {
    expect(() => new DataLoader(numbered(3), options)).toThrow(message);
  });

  test('refuses data without images and arrays that do not fit together', () => {
    expect(() => new DataLoader(numbered(0))).toThrow('DataLoader: the data have no images.');
    expect(() => new DataLoader({ ...numbered(3), length: 4 })).toThrow(
      'DataLoader: a split of n images has n · 784 pixels in images and n labels; ' +
        'received length 4, 2352 pixels and 3 labels.',
    );
  });
});

describe('DataLoader.state and restore', () => {
  beforeAll(() => tf.setBackend('cpu'));

  test('an interrupted and resumed run gives the batches of the uninterrupted one', () => {
    const shapes = fc.record({
      length: fc.integer({ min: 1, max: 60 }),
      batchSize: fc.integer({ min: 1, max: 20 }),
      shuffle: fc.boolean(),
      dropLast: fc.boolean(),
      stop: fc.nat(200),
      seed: fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }),
    });
    fc.assert(
      fc.property(shapes, ({ length, stop, seed, ...options }) => {
        const data = numbered(length);
        fc.pre(!options.dropLast || length >= options.batchSize);
        const whole = run(new DataLoader(data, { ...options, generator: new Generator(seed) }), 3);
        const at = stop % whole.length;
        // What a checkpoint after batch `at` holds, through JSON, in a new process.
        const generator = new Generator(seed);
        const first = new DataLoader(data, { ...options, generator });
        const before = run(first, 3, at);
        const saved = JSON.stringify(first.state());
        const resumed = new Generator(0).restore(generator.state());
        const second = new DataLoader(data, { ...options, generator: resumed }).restore(JSON.parse(saved));
        const after = run(second, 3 - second.state().epoch);
        expect([...before, ...after]).toEqual(whole);
      }),
    );
  });

  test('says where it is', () => {
    const loader = new DataLoader(numbered(10), { batchSize: 4, shuffle: true, generator: new Generator(0) });
    const size = { batchSize: 4, images: 10 };
    expect(loader.state()).toEqual({ samplerSeed: null, epoch: 0, next: 0, ...size });
    const seen: unknown[] = [];
    for (const batch of loader) {
      seen.push(loader.state());
      batch.dispose();
    }
    const generator = new Generator(0);
    generator.int64();
    const samplerSeed = String(generator.int64());
    expect(seen).toEqual([1, 2, 3].map((next) => ({ samplerSeed, epoch: 0, next, ...size })));
    expect(loader.state()).toEqual({ samplerSeed: null, epoch: 1, next: 0, ...size });
  });

  test('after the last batch of an epoch the restored loop is empty, and the next one a new epoch', () => {
    const generator = new Generator(0);
    const loader = new DataLoader(numbered(4), { batchSize: 2, shuffle: true, generator });
    const first = walk(loader, 2).labels;
    const state = loader.state();
    expect(state.next).toBe(2);
    const drawn = generator.state();
    loader.restore(state);
    expect(walk(loader).labels).toBe('');
    expect(generator.state()).toEqual(drawn);
    expect(loader.state().epoch).toBe(1);
    expect([...walk(loader).labels].sort()).toEqual([...first].sort());
  });

  test('a loop that was left is abandoned, unless its state is restored', () => {
    const options = { batchSize: 3, shuffle: true };
    const loader = new DataLoader(numbered(10), { ...options, generator: new Generator(1) });
    const head = walk(loader, 2).labels;
    const rest = walk(loader.restore(loader.state())).labels;
    const same = new DataLoader(numbered(10), { ...options, generator: new Generator(1) });
    expect(head + rest).toBe(walk(same).labels);
    walk(loader, 1);
    const { samplerSeed, epoch } = loader.state();
    walk(loader, 1);
    expect(loader.state().epoch).toBe(epoch + 1);
    expect(loader.state().samplerSeed).not.toBe(samplerSeed);
  });

  test('an older loop that goes on does not move the place of a newer one', () => {
    const loader = new DataLoader(numbered(4), { batchSize: 2, generator: new Generator(1) });
    const older = loader[Symbol.iterator]();
    older.next().value?.dispose();
    const newer = loader[Symbol.iterator]();
    newer.next().value?.dispose();
    for (let step = older.next(); !step.done; step = older.next()) step.value.dispose();
    expect(loader.state()).toMatchObject({ epoch: 1, next: 1 });
    expect(newer.next().value?.labels.dataSync().join('')).toBe('23');
  });

  const state = { samplerSeed: '5', epoch: 0, next: 1, batchSize: 4, images: 10 };
  test.each([
    [{ images: 9 }, 'it belongs to 9 images; this loader has 10'],
    [{ batchSize: 5 }, "it counts batches of 5; this loader's batchSize is 4"],
    [{ epoch: -1 }, 'epoch must be a whole number from 0 on (received -1)'],
    [{ next: 4 }, 'next must be a whole number from 0 to 3, the batches an epoch (received 4)'],
    [{ next: 0.5 }, '(received 0.5)'],
    [
      { samplerSeed: '-5' },
      'samplerSeed must be null or the digits of a whole number below 2⁶³ (received -5)',
    ],
    [{ samplerSeed: '9223372036854775808' }, '(received 9223372036854775808)'],
    [{ samplerSeed: null }, 'it has no samplerSeed, so it comes from a loader without shuffle'],
  ])('refuses a state with %j and changes nothing', (change, message) => {
    const loader = new DataLoader(numbered(10), { batchSize: 4, shuffle: true });
    const before = loader.state();
    const restore = () => loader.restore({ ...state, ...change });
    expect(restore).toThrow('DataLoader.restore: this state does not fit: ');
    expect(restore).toThrow(`${message}.`);
    expect(loader.state()).toEqual(before);
  });

  test('refuses what is no state', () => {
    const state = JSON.parse('null');
    expect(() => new DataLoader(numbered(10)).restore(state)).toThrow(
      'DataLoader.restore: pass what state() returned; received null.',
    );
  });

  test('refuses the state of a shuffled loader where nothing is shuffled', () => {
    expect(() => new DataLoader(numbered(10), { batchSize: 4 }).restore(state)).toThrow(
      'it has a samplerSeed, so it comes from a loader with shuffle',
    );
  });
});

/** The labels of the batches of some epochs, the first `limit` batches of them. */
function run(loader: DataLoader, epochs: number, limit = Number.POSITIVE_INFINITY): string[] {
  const batches: string[] = [];
  if (limit === 0) return batches;
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (const batch of loader) {
      batches.push(batch.labels.dataSync().join(''));
      batch.dispose();
      if (batches.length === limit) return batches;
    }
  }
  return batches;
}
