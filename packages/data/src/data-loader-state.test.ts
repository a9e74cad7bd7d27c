import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs';
import { Generator } from '@trainkit/random';
import { describeStateful } from '@trainkit/testing/stateful';
import { beforeAll, describe, expect, it } from 'vitest';
import { numbers, take } from '../fixtures/datasets.js';
import { DataLoader } from './data-loader.js';
import { map } from './map.js';
import type { Sampler } from './samplers.js';

const epochOf = (loader: Iterable<Parameters<typeof take>[0]>) => Array.from(loader, take);

/** The first batches of an epoch, which is then left. */
function head(loader: Iterable<Parameters<typeof take>[0]>, count: number): number[][] {
  const batches: number[][] = [];
  for (const batch of loader) {
    batches.push(take(batch));
    if (batches.length === count) break;
  }
  return batches;
}

/** A loop over a loader that is advanced by hand. */
class Loop {
  readonly loader = new DataLoader(numbers(10), { batchSize: 3 });
  #batches = this.loader[Symbol.iterator]();

  next(): number[] | undefined {
    const { done, value } = this.#batches.next();
    if (!done) return take(value);
    this.#batches = this.loader[Symbol.iterator]();
    return undefined;
  }

  stateDict() {
    return this.loader.stateDict();
  }

  loadStateDict(state: ReturnType<Loop['stateDict']>) {
    this.loader.loadStateDict(state);
    this.#batches = this.loader[Symbol.iterator]();
  }
}

describe('DataLoader.stateDict and loadStateDict', () => {
  beforeAll(() => tf.setBackend('cpu'));

  describeStateful('DataLoader', { make: () => new Loop(), advance: (loop) => loop.next() });

  it('contain the position of the loader', () => {
    const loader = new DataLoader(numbers(10), { batchSize: 4, shuffle: true, generator: new Generator(0) });
    const size = { batchSize: 4, length: 10 };
    const between = { samplerSeed: null, next: 0, started: false, ...size };
    expect(loader.stateDict()).toEqual({ epoch: 0, ...between });
    const seen: unknown[] = [];
    for (const batch of loader) {
      seen.push(loader.stateDict());
      tf.dispose(batch);
    }
    const generator = new Generator(0);
    generator.int64();
    const samplerSeed = String(generator.int64());
    expect(seen).toEqual([1, 2, 3].map((next) => ({ samplerSeed, epoch: 0, next, started: true, ...size })));
    expect(loader.stateDict()).toEqual({ epoch: 1, ...between });
  });

  it('after the last batch of an epoch the restored loop is empty, and the next one a new epoch', () => {
    const generator = new Generator(0);
    const loader = new DataLoader(numbers(4), { batchSize: 2, shuffle: true, generator });
    const first = head(loader, 2);
    const state = loader.stateDict();
    expect(state.next).toBe(2);
    loader.loadStateDict(state);
    expect(epochOf(loader)).toEqual([]);
    const other = new Generator(0);
    for (let draw = 0; draw < 2; draw++) other.int64();
    expect(generator.int64()).toBe(other.int64());
    expect(loader.stateDict().epoch).toBe(1);
    expect(epochOf(loader).flat().sort()).toEqual(first.flat().sort());
  });

  it('a loop that was left is abandoned, unless its state is restored', () => {
    const options = { batchSize: 3, shuffle: true };
    const loader = new DataLoader(numbers(10), { ...options, generator: new Generator(1) });
    const start = head(loader, 2);
    const rest = epochOf(loader.loadStateDict(loader.stateDict()));
    const same = new DataLoader(numbers(10), { ...options, generator: new Generator(1) });
    expect([...start, ...rest]).toEqual(epochOf(same));
    head(loader, 1);
    const { samplerSeed, epoch } = loader.stateDict();
    head(loader, 1);
    expect(loader.stateDict().epoch).toBe(epoch + 1);
    expect(loader.stateDict().samplerSeed).not.toBe(samplerSeed);
  });

  it('an older loop that still runs does not change the position of a newer one', () => {
    const loader = new DataLoader(numbers(4), { batchSize: 2, generator: new Generator(1) });
    const older = loader[Symbol.iterator]();
    take(older.next().value);
    const newer = loader[Symbol.iterator]();
    take(newer.next().value);
    for (let step = older.next(); !step.done; step = older.next()) take(step.value);
    expect(loader.stateDict()).toMatchObject({ epoch: 1, next: 1 });
    expect(take(newer.next().value)).toEqual([2, 3]);
  });

  it('an epoch whose first batch failed continues without new draws, even if the order is not random', () => {
    const generator = new Generator(1);
    let failures = 1;
    const dataset = map(numbers(2), (batch) => {
      if (failures-- > 0) throw new Error('not yet');
      return batch;
    });
    const loader = new DataLoader(dataset, { generator });
    expect(() => epochOf(loader)).toThrow('not yet');
    loader.loadStateDict(JSON.parse(JSON.stringify(loader.stateDict())));
    expect(epochOf(loader)).toEqual([[0, 1]]);
    const other = new Generator(1);
    other.int64();
    expect(generator.int64()).toBe(other.int64());
  });

  it.each([[[{}]], [['x']], [[['1', 2]]], [['9223372036854775808']]])('refuses the seeds %j', (seeds) => {
    const dataset = map(numbers(4), (batch) => batch, { generator: new Generator(0) });
    const loader = new DataLoader(dataset, { batchSize: 2 });
    const state = { ...loader.stateDict(), seeds } as never;
    expect(() => loader.loadStateDict(state)).toThrow('no list of null, digits of whole numbers below 2⁶³');
  });

  const state = { samplerSeed: '5', epoch: 0, next: 1, started: true, batchSize: 4, length: 10 };
  it.each([
    [{ length: 9 }, 'length is 9, but this loader has 10 examples an epoch'],
    [{ batchSize: 5 }, "batchSize is 5, but this loader's is 4"],
    [{ epoch: -1 }, 'epoch is -1, no whole number of at least 0'],
    [{ next: 4 }, 'next is 4, no whole number from 0 to 3'],
    [{ next: 0.5 }, 'next is 0.5, no whole number from 0 to 3'],
    [{ started: 1 }, 'started is 1, neither true nor false'],
    [{ started: false }, 'next is 1, no whole number from 0 to 0; samplerSeed is "5", neither null'],
    [{ samplerSeed: '-5' }, 'samplerSeed is "-5", neither null nor the digits of a whole number below 2⁶³'],
    [{ samplerSeed: '9223372036854775808' }, 'samplerSeed is "9223372036854775808",'],
    [{ samplerSeed: 5 }, 'samplerSeed is 5,'],
    [{ samplerSeed: null }, 'it has no samplerSeed, so it comes from a loader whose order is not random'],
    [{ seeds: ['1'] }, 'it has seeds, but no dataset of this loader draws random numbers'],
    [
      { sampler: { atStart: 0, now: 0 } },
      'it has the state of a sampler, but the sampler of this loader has none',
    ],
    [
      { length: 9, batchSize: 5, epoch: 0.5 },
      "length is 9, but this loader has 10 examples an epoch; batchSize is 5, but this loader's is 4; epoch is 0.5,",
    ],
  ])('refuses a state with %j and changes nothing', (change, message) => {
    const loader = new DataLoader(numbers(10), { batchSize: 4, shuffle: true });
    const before = loader.stateDict();
    const load = () => loader.loadStateDict({ ...state, ...change } as never);
    expect(load).toThrow(RangeError);
    expect(load).toThrow(
      'DataLoader.loadStateDict: the state does not fit this loader, and nothing was loaded: ',
    );
    expect(load).toThrow(message);
    expect(loader.stateDict()).toEqual(before);
  });

  it.each([null, 3, 'state', undefined])('refuses %j', (wrong) => {
    expect(() => new DataLoader(numbers(10)).loadStateDict(wrong as never)).toThrow(
      'nothing was loaded: received',
    );
  });

  it('refuses the state of a shuffled loader without shuffling', () => {
    expect(() => new DataLoader(numbers(10), { batchSize: 4 }).loadStateDict(state)).toThrow(
      'it has a samplerSeed, so it comes from a loader with a random order',
    );
  });
});

/**
 * A sampler that returns the example with the largest loss first; losses are updated during an
 * epoch.
 */
class LargestFirst implements Sampler {
  readonly length: number;
  losses: number[];

  constructor(length: number) {
    this.length = length;
    this.losses = new Array<number>(length).fill(0);
  }

  order() {
    return this.losses.map((_, i) => i).sort((a, b) => this.losses[b]! - this.losses[a]!);
  }

  stateDict() {
    return [...this.losses];
  }

  loadStateDict(state: unknown) {
    if (!Array.isArray(state) || state.length !== this.length)
      throw new RangeError('LargestFirst: not its losses');
    this.losses = [...state];
  }
}

describe('a sampler with a state', () => {
  beforeAll(() => tf.setBackend('cpu'));

  /**
   * Two epochs, or the rest of them, in which the loss of each example is a function of the example
   * and the epoch.
   */
  function run(
    loader: DataLoader<Parameters<typeof take>[0]>,
    sampler: LargestFirst,
    limit = Infinity,
  ): number[] {
    const seen: number[] = [];
    while (loader.stateDict().epoch < 2) {
      for (const batch of loader) {
        for (const example of take(batch)) {
          sampler.losses[example] = (example * 7 + loader.stateDict().epoch * 3) % 5;
          seen.push(example);
        }
        if (seen.length >= limit) return seen;
      }
    }
    return seen;
  }

  it('is restored to the epoch’s beginning for the order, and to the present afterwards', () => {
    const make = () => {
      const sampler = new LargestFirst(8);
      return { sampler, loader: new DataLoader(numbers(8), { sampler, batchSize: 2 }) };
    };
    const whole = make();
    const expected = run(whole.loader, whole.sampler);
    expect(expected.slice(8)).not.toEqual(expected.slice(0, 8));
    for (let limit = 2; limit <= 16; limit += 2) {
      const first = make();
      const seen = run(first.loader, first.sampler, limit);
      const saved = JSON.parse(JSON.stringify(first.loader.stateDict()));
      const second = make();
      second.loader.loadStateDict(saved);
      expect([...seen, ...run(second.loader, second.sampler)]).toEqual(expected);
    }
  });

  it('is unchanged if its state is refused', () => {
    const sampler = new LargestFirst(4);
    const loader = new DataLoader(numbers(4), { sampler, batchSize: 2 });
    head(loader, 1);
    sampler.losses = [1, 2, 3, 4];
    const before = loader.stateDict();
    expect(() => loader.loadStateDict({ ...before, sampler: { atStart: [0, 0, 0, 0], now: [1] } })).toThrow(
      'LargestFirst: not its losses',
    );
    expect(loader.stateDict()).toEqual(before);
    expect(() => loader.loadStateDict({ ...before, sampler: undefined })).toThrow(
      'sampler is undefined, but the sampler of this loader has a state',
    );
  });
});
