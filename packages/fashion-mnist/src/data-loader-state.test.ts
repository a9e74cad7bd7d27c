import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs';
import { Generator } from '@trainkit/random';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { numbered, walk } from '../fixtures/walk.js';
import { DataLoader } from './data-loader.js';

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
        const resumed = new Generator(0).loadStateDict(generator.stateDict());
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
    const drawn = generator.stateDict();
    loader.restore(state);
    expect(walk(loader).labels).toBe('');
    expect(generator.stateDict()).toEqual(drawn);
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
