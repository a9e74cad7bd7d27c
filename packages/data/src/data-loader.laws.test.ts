import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs';
import { Generator } from '@trainkit/random';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { later, type Numbers, numbers, take } from '../fixtures/datasets.js';
import { concat } from './concat.js';
import { type AsyncDataLoader, DataLoader } from './data-loader.js';
import type { AsyncDataset, Dataset } from './dataset.js';
import { map } from './map.js';
import { WeightedRandomSampler } from './samplers.js';
import { Subset } from './subset.js';

const noisy = ({ x }: Numbers, generator: Generator): Numbers => ({
  x: tf.add(x, tf.tensor1d(generator.uniform(x.size))),
});
const shifted = (batch: Numbers, generator: Generator): Promise<Numbers> =>
  Promise.resolve(tf.tidy(() => noisy(batch, generator)));

/** A dataset of the given length, in memory or not, some with random numbers of `noise`. */
const SYNC: Record<string, (n: number, noise: Generator) => Dataset<Numbers>> = {
  'in memory': (n) => numbers(n),
  'a subset of map of concat': (n, generator) =>
    new Subset(
      map(concat([numbers(n), map(numbers(n, 100), noisy, { generator })]), noisy, { generator }),
      Array.from({ length: n }, (_, i) => 2 * i),
    ),
};

const ASYNC: Record<string, (n: number, noise: Generator) => AsyncDataset<Numbers>> = {
  promises: (n) => later(numbers(n)),
  'a subset of map of concat of promises': (n, generator) => {
    const parts = [later(numbers(n)), map(later(numbers(n, 100)), noisy, { generator })];
    return new Subset(
      map(concat(parts), shifted, { generator }),
      Array.from({ length: n }, (_, i) => 2 * i),
    );
  },
};

const loaders = fc.record({
  length: fc.integer({ min: 1, max: 30 }),
  batchSize: fc.integer({ min: 1, max: 10 }),
  order: fc.constantFrom('sequential', 'shuffled', 'weighted'),
  dropLast: fc.boolean(),
  prefetch: fc.nat(4),
  seed: fc.nat(),
});
type Drawn = typeof loaders extends fc.Arbitrary<infer T> ? T : never;

/**
 * All objects that a program has to save: a loader, its generator, and that of its augmentation.
 */
function program(
  make: (n: number, noise: Generator) => Dataset<Numbers> | AsyncDataset<Numbers>,
  drawn: Drawn,
) {
  const { length, order, seed, ...options } = drawn;
  const generator = new Generator(seed);
  const noise = new Generator(seed + 1);
  const dataset = make(length, noise);
  const loader: AsyncDataLoader<Numbers> = new DataLoader<Numbers>(dataset as AsyncDataset<Numbers>, {
    batchSize: options.batchSize,
    dropLast: options.dropLast,
    prefetch: options.prefetch,
    generator,
    ...(order === 'shuffled' && { shuffle: true }),
    ...(order === 'weighted' && {
      sampler: new WeightedRandomSampler(
        Array.from({ length }, (_, i) => 1 + (i % 3)),
        length,
      ),
    }),
  });
  const save = () => JSON.stringify([loader.stateDict(), generator.stateDict(), noise.stateDict()]);
  const load = (saved: string) => {
    const [loaderState, generatorState, noiseState] = JSON.parse(saved);
    loader.loadStateDict(loaderState);
    generator.loadStateDict(generatorState);
    noise.loadStateDict(noiseState);
  };
  return { loader, generator, save, load };
}

const EPOCHS = 2;

/** The batches of the remaining epochs, at most `limit` of them. */
async function run(loader: AsyncDataLoader<Numbers>, limit = Infinity): Promise<number[][]> {
  const batches: number[][] = [];
  while (batches.length < limit && loader.stateDict().epoch < EPOCHS) {
    for await (const batch of loader) {
      batches.push(take(batch));
      if (batches.length === limit) break;
    }
  }
  return batches;
}

describe.each(Object.entries({ ...SYNC, ...ASYNC }))('a loader of %s', (_title, make) => {
  beforeAll(() => tf.setBackend('cpu'));

  it('interrupted anywhere and resumed in a new process returns the batches of an uninterrupted one', async () => {
    await fc.assert(
      fc.asyncProperty(loaders, fc.nat(200), async (drawn, stop) => {
        const batches = await run(program(make, drawn).loader);
        const before = tf.memory().numTensors;
        const at = stop % (batches.length + 1);
        const first = program(make, drawn);
        const head = await run(first.loader, at);
        const second = program(make, { ...drawn, seed: drawn.seed + 17 });
        second.load(first.save());
        expect([...head, ...(await run(second.loader))]).toEqual(batches);
        expect(tf.memory().numTensors, 'tensors left over').toBe(before);
      }),
    );
  });

  it('returns the same batches for any prefetching', async () => {
    await fc.assert(
      fc.asyncProperty(loaders, fc.nat(4), async (drawn, prefetch) => {
        const batches = await run(program(make, drawn).loader);
        expect(await run(program(make, { ...drawn, prefetch }).loader)).toEqual(batches);
      }),
    );
  });
});

describe.each(Object.entries(SYNC))('a loader of %s', (_title, make) => {
  beforeAll(() => tf.setBackend('cpu'));

  it('returns with for…of the batches of for await', async () => {
    await fc.assert(
      fc.asyncProperty(loaders, async ({ length, seed, batchSize, dropLast, prefetch }) => {
        const options = { batchSize, dropLast, prefetch, shuffle: true };
        const again = () =>
          new DataLoader(make(length, new Generator(seed)), { ...options, generator: new Generator(seed) });
        expect(Array.from(again(), take)).toEqual(await run(again(), again().length));
      }),
    );
  });
});

it('returns each index once in an epoch, and without dropLast all of them', () => {
  fc.assert(
    fc.property(loaders, ({ length, batchSize, dropLast, seed, order }) => {
      const shuffle = order === 'shuffled';
      const loader = new DataLoader(numbers(length), {
        batchSize,
        dropLast,
        shuffle,
        generator: new Generator(seed),
      });
      for (let epoch = 0; epoch < EPOCHS; epoch++) {
        const batches = Array.from(loader, take);
        expect(batches).toHaveLength(loader.length);
        const seen = batches.flat();
        expect(new Set(seen).size).toBe(seen.length);
        expect(seen.length).toBe(dropLast ? length - (length % batchSize) : length);
        expect(batches.slice(0, -1).every((batch) => batch.length === batchSize)).toBe(true);
      }
    }),
  );
});
