import * as tf from '@tensorflow/tfjs-core';
import { defaultGenerator, Generator, manualSeed } from '@trainkit/random';
import { describeBackends, expectNoLeak } from '@trainkit/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { later, type Numbers, numbers, take } from '../fixtures/datasets.js';
import golden from '../goldens/orders.json' with { type: 'json' };
import { concat } from './concat.js';
import { DataLoader } from './data-loader.js';
import type { DataLoaderOptions } from './data-loader-options.js';
import type { AsyncDataset, Dataset } from './dataset.js';
import { map } from './map.js';
import { randomSplit } from './random-split.js';
import { RandomSampler, type Sampler, SequentialSampler, WeightedRandomSampler } from './samplers.js';
import { Subset } from './subset.js';
import { tensorDataset } from './tensor-dataset.js';

const epochOf = (loader: Iterable<Numbers>) => Array.from(loader, take);

async function asyncEpochOf(loader: AsyncIterable<Numbers>): Promise<number[][]> {
  const batches: number[][] = [];
  for await (const batch of loader) batches.push(take(batch));
  return batches;
}

describe('DataLoader', () => {
  beforeAll(() => tf.setBackend('cpu'));

  it.each(golden.cases)(
    'returns the batches of PyTorch: $n by $batchSize, dropLast $dropLast, seed $seed',
    async ({ seed, n, batchSize, dropLast, epochs, evaluation, next }) => {
      const options = { batchSize, dropLast, shuffle: true };
      manualSeed(BigInt(seed));
      const loader = new DataLoader(numbers(n), options);
      expect([epochOf(loader), epochOf(loader)]).toEqual(epochs.slice(0, 2));
      // An evaluation advances the generator, so the third epoch depends on it.
      expect(epochOf(new DataLoader(numbers(3), { batchSize: 2 }))).toEqual(evaluation);
      expect(epochOf(loader)).toEqual(epochs[2]);
      expect(defaultGenerator.uniform(1)[0]).toBe(next);

      manualSeed(BigInt(seed));
      const asynchronous = new DataLoader(later(numbers(n)), { ...options, prefetch: 2 });
      expect([await asyncEpochOf(asynchronous), await asyncEpochOf(asynchronous)]).toEqual(
        epochs.slice(0, 2),
      );
    },
  );

  it('returns the batches of PyTorch for a subset of a split of a concatenation', () => {
    const { seed, train: expected, rest: expectedRest } = golden.composed;
    manualSeed(seed);
    const [train, rest] = randomSplit(concat([numbers(20), numbers(10, 100)]), [0.8, 0.2]);
    const nested = new Subset(
      train,
      Array.from({ length: 12 }, (_, i) => 2 * i),
    );
    expect(epochOf(new DataLoader(nested, { batchSize: 5, shuffle: true }))).toEqual(expected);
    expect(epochOf(new DataLoader(rest, { batchSize: 4 }))).toEqual(expectedRest);
  });

  it('without shuffle returns the data in order and draws one int64 in each epoch', () => {
    const generator = new Generator(3);
    const loader = new DataLoader(numbers(5), { batchSize: 2, generator });
    expect(epochOf(loader)).toEqual([[0, 1], [2, 3], [4]]);
    const other = new Generator(3);
    other.int64();
    expect(generator.int64()).toEqual(other.int64());
  });

  it.each([false, true])(
    'draws when the first batch is asked for, and nothing else draws: async %s',
    async (isAsync) => {
      const generator = new Generator(3);
      const loader = new DataLoader(numbers(4), { shuffle: true, generator });
      const other = new Generator(3);
      const iterator = isAsync ? loader[Symbol.asyncIterator]() : loader[Symbol.iterator]();
      expect(generator.uint32(1)).toEqual(other.uint32(1));
      const { value } = await iterator.next();
      take(value);
      other.int64();
      other.int64();
      expect(generator.uint32(1)).toEqual(other.uint32(1));
      await iterator.return?.();
    },
  );

  it('has 128 examples a batch by default', () => {
    const loader = new DataLoader(numbers(130));
    expect(loader.length).toBe(2);
    expect(epochOf(loader).map(({ length }) => length)).toEqual([128, 2]);
  });

  it('an epoch of no examples, or of fewer than a batch, has no batches and draws as any other', async () => {
    const loaders = [
      (generator: Generator) => new DataLoader(numbers(0), { generator }),
      (generator: Generator) => new DataLoader(new Subset(numbers(3), []), { generator }),
      (generator: Generator) => new DataLoader(numbers(3), { batchSize: 4, dropLast: true, generator }),
    ];
    for (const make of loaders) {
      const generator = new Generator(0);
      const empty = make(generator);
      expect(empty.length).toBe(0);
      expect([...empty]).toEqual([]);
      expect(empty.stateDict()).toMatchObject({ epoch: 1, next: 0, started: false });
      expect(await asyncEpochOf(empty.loadStateDict(empty.stateDict()))).toEqual([]);
      // The result of torch.manual_seed(0); list(DataLoader([])); list(DataLoader([]));
      // torch.rand(1)
      expect(generator.uniform(1)[0]).toBe(0.30742281675338745);
      expect(() => empty.forever()[Symbol.iterator]().next()).toThrow(
        'DataLoader.forever: an epoch has no batches',
      );
      await expect(empty.forever()[Symbol.asyncIterator]().next()).rejects.toThrow(RangeError);
    }
  });

  it.each<[DataLoaderOptions, string]>([
    [{ batchSize: 0 }, 'batchSize is 0; expected a whole number of at least 1.'],
    [{ batchSize: 2.5 }, 'batchSize is 2.5;'],
    [{ batchSize: '4' as never }, 'batchSize is "4";'],
    [{ shuffle: 1 as never }, 'shuffle is 1; expected true or false.'],
    [{ dropLast: 'yes' as never }, 'dropLast is "yes";'],
    [{ prefetch: -1 }, 'prefetch is -1; expected a whole number of at least 0.'],
    [{ sampler: [2, 1] as never }, 'sampler is [2, 1]; expected an object with length and order(generator).'],
    [{ sampler: { length: 1.5, order: () => [] } }, 'sampler.length is 1.5;'],
    [{ sampler: { length: 1, datasetLength: -1, order: () => [0] } }, 'sampler.datasetLength is -1;'],
    [
      { sampler: { length: 1, order: () => [0] }, shuffle: true },
      'received shuffle and a sampler; expected one of them. Leave shuffle out.',
    ],
    [{ suffle: true } as never, 'received the unknown option "suffle"; expected batchSize,'],
    [{ batch_size: 3 } as never, 'Write batchSize: 3.'],
    [{ generator: 7 as never }, 'Write { generator: new Generator(7) }.'],
    [{ generator: null as never }, 'generator is null; expected a Generator'],
  ])('refuses the options %j', (options, message) => {
    expect(() => new DataLoader(numbers(3), options)).toThrow(message);
  });

  it.each<[string, Sampler]>([
    ['RandomSampler', new RandomSampler(4)],
    ['SequentialSampler', new SequentialSampler(4)],
    ['WeightedRandomSampler', new WeightedRandomSampler([1, 1, 1, 1e-9], 2)],
    ['Object', { length: 1, datasetLength: 4, order: () => [0] }],
  ])('refuses a %s for more examples than there are, before an epoch meets one', (name, sampler) => {
    expect(() => new DataLoader(numbers(3), { sampler })).toThrow(
      `DataLoader: sampler is [object ${name}] for a dataset of length 4; expected one for at most 3, the dataset's length.`,
    );
    expect(new DataLoader(numbers(4), { sampler }).length).toBe(1);
  });

  it('accepts more samples than examples if these occur several times', () => {
    const sampler = new WeightedRandomSampler([1, 1, 1], 7);
    expect(epochOf(new DataLoader(numbers(3), { sampler })).flat()).toHaveLength(7);
  });

  it.each([[undefined], [null], [3], [[1, 2]], [{ train: numbers(1) }]])(
    'refuses %j in place of a dataset',
    (dataset) => {
      expect(() => new DataLoader(dataset as never)).toThrow(
        'expected a dataset with length and batch(indices).',
      );
    },
  );

  it('refuses to shuffle no examples, as PyTorch does', () => {
    expect(() => new DataLoader(numbers(0), { shuffle: true })).toThrow(
      'DataLoader: the dataset has no examples and shuffle is true;',
    );
  });
});

describe('a sampler of one’s own', () => {
  beforeAll(() => tf.setBackend('cpu'));

  it('decides the order and the number of batches', () => {
    const sampler: Sampler = { length: 4, order: () => [3, 3, 0, 1] };
    const loader = new DataLoader(numbers(5), { sampler, batchSize: 3 });
    expect(loader.length).toBe(2);
    expect(epochOf(loader)).toEqual([[3, 3, 0], [1]]);
  });

  it('draws one int64 if it requests the generator, however often', () => {
    const generator = new Generator(3);
    const sampler: Sampler = {
      length: 2,
      order: (own) =>
        Array.from(own().uniform(1))
          .concat(Array.from(own().uniform(1)))
          .map((u) => Math.floor(2 * u)),
    };
    epochOf(new DataLoader(numbers(2), { sampler, generator }));
    const other = new Generator(3);
    other.int64();
    other.int64();
    expect(generator.int64()).toBe(other.int64());
  });

  it('that hands out nothing is refused', async () => {
    const nothing = { length: 2, batch: () => undefined };
    const later = { length: 2, batch: async () => null };
    const text = 'what dataset.batch(indices) returned is undefined; expected a batch';
    expect(() => new DataLoader(nothing)[Symbol.iterator]().next()).toThrow(text);
    const iterator = new DataLoader(later)[Symbol.asyncIterator]();
    await expect(iterator.next()).rejects.toThrow('returned is null; expected a batch');
  });

  it.each<[ArrayLike<number>, string]>([
    [[0, 1], 'sampler.order() has 2 indices; expected 3'],
    [
      [0, 1, 5],
      'order() of the sampler, [object Object], for a dataset of 5 examples: indices[2] is 5; expected whole numbers from 0 to 4.',
    ],
  ])('that returns %j is refused', (order, message) => {
    const loader = new DataLoader(numbers(5), { sampler: { length: 3, order: () => order } });
    expect(() => loader[Symbol.iterator]().next()).toThrow(message);
  });
});

describeBackends('for await', () => {
  it('returns batches in order, whatever order they arrive in', async () => {
    for (const prefetch of [0, 1, 3, 9]) {
      const loader = new DataLoader(later(numbers(11)), { batchSize: 2, prefetch });
      expect(await asyncEpochOf(loader)).toEqual([[0, 1], [2, 3], [4, 5], [6, 7], [8, 9], [10]]);
    }
  });

  it('begins as many batches ahead as prefetch says', async () => {
    const dataset = later(numbers(20));
    const begun: number[] = [];
    for await (const batch of new DataLoader(dataset, { batchSize: 2, prefetch: 3 })) {
      begun.push(dataset.begun);
      take(batch);
    }
    expect(begun).toEqual([4, 5, 6, 7, 8, 9, 10, 10, 10, 10]);
  });

  it('accepts synchronous datasets too', async () => {
    const loader = new DataLoader(numbers(3), { batchSize: 2, prefetch: 1 });
    expect(await asyncEpochOf(loader)).toEqual([[0, 1], [2]]);
  });

  it('disposes prefetched batches if the loop is left, or throws', async () => {
    const loader = new DataLoader(later(numbers(20)), { batchSize: 2, prefetch: 3 });
    for await (const batch of loader) {
      take(batch);
      break;
    }
    const failing = async () => {
      for await (const batch of loader) {
        take(batch);
        throw new Error('no more');
      }
    };
    await expect(failing()).rejects.toThrow('no more');
  });

  it.each([true, false])(
    'reports a failing batch in its turn and disposes the rest: by promise %s',
    async (byPromise) => {
      let failures = 1;
      const base = numbers(20);
      const dataset: AsyncDataset<Numbers> = {
        length: 20,
        batch(indices) {
          if (indices[0] === 6 && failures-- > 0) {
            if (byPromise) return Promise.reject(new Error('the network is down'));
            throw new Error('the network is down');
          }
          return Promise.resolve(base.batch(indices));
        },
      };
      const loader = new DataLoader(dataset, { batchSize: 2, prefetch: 4 });
      const seen: number[][] = [];
      const walk = async () => {
        for await (const batch of loader) seen.push(take(batch));
      };
      await expect(walk()).rejects.toThrow('the network is down');
      expect(seen).toEqual([
        [0, 1],
        [2, 3],
        [4, 5],
      ]);
      // The failed batch was not seen, so a second try continues with it.
      expect(loader.stateDict()).toMatchObject({ epoch: 0, next: 3, started: true });
      loader.loadStateDict(loader.stateDict());
      await walk();
      expect(seen).toHaveLength(10);
      expect(seen[3]).toEqual([6, 7]);
    },
  );

  it('disposes batches by their own dispose if they have one', async () => {
    const disposed: number[] = [];
    const dataset: AsyncDataset<{ first: number; dispose(): void }> = {
      length: 6,
      batch: async ([first = -1]) => ({ first, dispose: () => disposed.push(first) }),
    };
    for await (const { first } of new DataLoader(dataset, { batchSize: 1, prefetch: 2 })) {
      expect(first).toBe(0);
      break;
    }
    expect(disposed).toEqual([1, 2]);
  });

  it('is the advice of the error of for…of on promises', async () => {
    const loader = new DataLoader(later(numbers(4)));
    expect(() => {
      // @ts-expect-error: the types reject it as well
      for (const batch of loader) tf.dispose(batch);
    }).toThrow(
      'DataLoader: the batches of this dataset are promises; expected tensors in for…of. Write for await',
    );
    // The requested batch arrives and is disposed.
    await new Promise((resolve) => setTimeout(resolve));
  });
});

describe('forever', () => {
  beforeAll(() => tf.setBackend('cpu'));

  it.each([0, 2])('is epoch after epoch, also asynchronously, prefetch %d', async (prefetch) => {
    const options = { batchSize: 3, shuffle: true, prefetch };
    const one = new DataLoader(numbers(7), { ...options, generator: new Generator(1) });
    const expected = [...epochOf(one), ...epochOf(one), ...epochOf(one)];
    const sync: number[][] = [];
    const loader = new DataLoader(numbers(7), { ...options, generator: new Generator(1) });
    for (const batch of loader.forever()) {
      sync.push(take(batch));
      if (sync.length === 8) break;
    }
    expect(sync).toEqual(expected.slice(0, 8));
    expect(loader.stateDict()).toMatchObject({ epoch: 2, next: 2 });
    const asynchronous: number[][] = [];
    const other = new DataLoader(later(numbers(7)), { ...options, generator: new Generator(1) });
    await expectNoLeak(async () => {
      for await (const batch of other.forever()) {
        asynchronous.push(take(batch));
        if (asynchronous.length === 8) break;
      }
    });
    expect(asynchronous).toEqual(sync);
    expect(other.stateDict()).toEqual(loader.stateDict());
  });
});

it('types: for…of for data in memory, for await only for promises, ranks and names of columns', async () => {
  await tf.setBackend('cpu');
  const dataset = tensorDataset({
    pairs: [
      [1, 2],
      [3, 4],
    ],
    images: { data: new Uint8Array(8), shape: [2, 2, 2, 1] },
    labels: Int32Array.of(1, 2),
  });
  for (const { pairs, images, labels } of new DataLoader(dataset)) {
    const ranks: [tf.Tensor2D, tf.Tensor4D, tf.Tensor1D] = [pairs, images, labels];
    expect(ranks.map(({ rank }) => rank)).toEqual([2, 4, 1]);
    tf.dispose(ranks);
  }
  const asynchronous = map(dataset, async ({ labels }) => ({ classes: labels }));
  for await (const { classes } of new DataLoader(asynchronous)) {
    const tensor: tf.Tensor1D = classes;
    tensor.dispose();
  }
  const weighted: Dataset<{ labels: tf.Tensor }> = dataset;
  const sampler = new WeightedRandomSampler([0, 1], 1);
  for (const batch of new DataLoader(weighted, { sampler })) {
    expect(batch.labels.dataSync()[0]).toBe(2);
    tf.dispose(batch);
  }
});
