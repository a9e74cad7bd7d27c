import { checkFlag, checkInteger, checkOptions, expected, type OptionNames } from '@trainkit/checks';
import { checkGenerator, defaultGenerator, Generator } from '@trainkit/random';
import { disposeBatch, isPromiseLike } from './batch.js';
import { type DataLoaderState, stateProblems } from './data-loader-state.js';
import { type BatchSeeds, checkDataset, checkIndices, type Dataset } from './dataset.js';
import { RandomSampler, type Sampler, SequentialSampler } from './samplers.js';

/** Options of {@link DataLoader}. */
export interface DataLoaderOptions {
  /** Examples a batch. Default 128. (PyTorch's default is 1.) */
  batchSize?: number | undefined;
  /** Whether each epoch has a new random order, PyTorch's for the same seed. Default false: the order of the data. */
  shuffle?: boolean | undefined;
  /** The order of the examples. Default: a `RandomSampler` with `shuffle`, else a `SequentialSampler`. */
  sampler?: Sampler | undefined;
  /** Leaves out the last batch of an epoch where it is not full. Default false: it comes, smaller. */
  dropLast?: boolean | undefined;
  /** Where the seeds of the epochs are drawn from. Default: the `defaultGenerator` of `@trainkit/random`. */
  generator?: Generator | undefined;
  /**
   * Batches that are begun ahead of the one that is asked for, in `for await`. Default 0. Useful where batches are
   * promises; each takes memory. `for…of` does not prefetch.
   */
  prefetch?: number | undefined;
}

const OPTIONS: OptionNames<DataLoaderOptions> = {
  batchSize: true,
  shuffle: true,
  sampler: true,
  dropLast: true,
  generator: true,
  prefetch: true,
};

/** Batches of an asynchronous dataset, for `for await`. {@link DataLoader} makes it. */
export interface AsyncDataLoader<Batch> extends AsyncIterable<Batch> {
  /** Batches an epoch. */
  readonly length: number;
  /**
   * One epoch, or the rest of the one that {@link loadStateDict} restored.
   *
   * Prefetched batches that were not handed out are disposed where the loop ends early, by an error too. A loop that is
   * driven by hand has to call `return()` for that.
   */
  [Symbol.asyncIterator](): AsyncIterableIterator<Batch>;
  /**
   * Epoch after epoch without end, for training loops that count steps. `stateDict()` holds the epoch.
   *
   * @throws RangeError where an epoch has no batches
   */
  forever(): AsyncIterable<Batch>;
  /**
   * The position, as plain JSON: {@link loadStateDict} takes it, now or in another process, and the epoch goes on there.
   *
   * Batches that were handed out count as seen, prefetched ones do not. Inside a loop the current batch was handed out:
   * take the state after its step. The generators have states of their own; save them beside it.
   */
  stateDict(): DataLoaderState;
  /**
   * Goes to a {@link stateDict}: the next loop continues its epoch at batch `next` and draws no seed for its order.
   *
   * The state from after an epoch's last batch gives a loop without batches, so that the code after an epoch runs. The
   * state from between two epochs lets the next loop begin one.
   *
   * @throws RangeError with everything that does not fit, where it is the state of another loader; nothing changes then
   */
  loadStateDict(state: DataLoaderState): this;
}

/** Batches of a dataset in memory, for `for…of` and `for await`. */
export interface DataLoader<Batch> extends AsyncDataLoader<Batch>, Iterable<Batch> {
  /**
   * One epoch, or the rest of the one that `loadStateDict` restored.
   *
   * Leaving the loop early abandons the epoch: the next loop begins a new one and draws new seeds, as in PyTorch.
   */
  [Symbol.iterator](): IterableIterator<Batch>;
  /**
   * Epoch after epoch without end, for training loops that count steps. `stateDict()` holds the epoch.
   *
   * @throws RangeError where an epoch has no batches
   */
  forever(): Iterable<Batch> & AsyncIterable<Batch>;
}

/** The two forms of {@link DataLoader}. */
export interface DataLoaderConstructor {
  /** Batches of an asynchronous dataset: for `for await` only. */
  new <Batch>(dataset: Dataset<PromiseLike<Batch>>, options?: DataLoaderOptions): AsyncDataLoader<Batch>;
  /** Batches of a dataset in memory. */
  new <Batch>(dataset: Dataset<Batch>, options?: DataLoaderOptions): DataLoader<Batch>;
}

/** One epoch and the position in it. */
interface Epoch {
  readonly number: number;
  started: boolean;
  /** Batches that were handed out. */
  next: number;
  samplerSeed: bigint | null;
  order: ArrayLike<number>;
  /** The sampler's state before it gave the order. */
  samplerState: unknown;
  /** The seeds of the batches from `next` on, as far as they are drawn. */
  seeds: BatchSeeds[];
}

class Loader<Batch> {
  readonly length: number;
  readonly #dataset: Dataset<Batch | PromiseLike<Batch>>;
  readonly #batchSize: number;
  readonly #sampler: Sampler;
  readonly #generator: Generator;
  readonly #prefetch: number;
  #epoch: Epoch = newEpoch(0);
  /** Whether the next loop continues the epoch rather than begins one. */
  #isRestored = false;

  constructor(dataset: Dataset<Batch | PromiseLike<Batch>>, options: DataLoaderOptions = {}) {
    const {
      batchSize = 128,
      shuffle = false,
      sampler,
      dropLast = false,
      generator = defaultGenerator,
      prefetch = 0,
    } = checkOptions('DataLoader', options, OPTIONS);
    checkInteger('DataLoader', 'batchSize', batchSize, { min: 1 });
    checkFlag('DataLoader', 'shuffle', shuffle);
    checkFlag('DataLoader', 'dropLast', dropLast);
    checkInteger('DataLoader', 'prefetch', prefetch);
    checkGenerator('DataLoader', generator);
    checkDataset('DataLoader', dataset);
    if (sampler !== undefined) checkSampler(sampler, shuffle);
    if (dataset.length === 0 && shuffle) {
      throw new RangeError(
        'DataLoader: the dataset has no examples and shuffle is true; expected at least one example to shuffle. Leave ' +
          'shuffle out for an epoch without batches.',
      );
    }
    this.#dataset = dataset;
    this.#batchSize = batchSize;
    this.#sampler =
      sampler ?? (shuffle ? new RandomSampler(dataset.length) : new SequentialSampler(dataset.length));
    this.#generator = generator;
    this.#prefetch = prefetch;
    const batches = this.#sampler.length / batchSize;
    this.length = dropLast ? Math.floor(batches) : Math.ceil(batches);
  }

  *[Symbol.iterator](): IterableIterator<Batch> {
    const epoch = this.#enter();
    while (epoch.next < this.length) {
      const batch = this.#take(epoch, 0);
      if (isPromiseLike(batch)) {
        batch.then(disposeBatch, () => {});
        throw new TypeError(
          'DataLoader: the batches of this dataset are promises; expected tensors in for…of. ' +
            'Write for await (const batch of loader).',
        );
      }
      advance(epoch);
      yield batch;
    }
    this.#finish(epoch);
  }

  async *[Symbol.asyncIterator](): AsyncIterableIterator<Batch> {
    const epoch = this.#enter();
    const ahead: Promise<Boxed<Batch>>[] = [];
    try {
      while (epoch.next < this.length) {
        while (ahead.length <= this.#prefetch && epoch.next + ahead.length < this.length) {
          const begun = this.#begin(epoch, ahead.length);
          // It is reported when its turn comes; until then it must not count as unhandled.
          begun.catch(() => {});
          ahead.push(begun);
        }
        const { batch } = await ahead[0]!;
        ahead.shift();
        advance(epoch);
        yield batch;
      }
      this.#finish(epoch);
    } finally {
      await Promise.all(
        ahead.map((begun) =>
          begun.then(
            ({ batch }) => disposeBatch(batch),
            () => {},
          ),
        ),
      );
    }
  }

  forever(): Iterable<Batch> & AsyncIterable<Batch> {
    const loader = this;
    return {
      *[Symbol.iterator]() {
        for (;;) yield* loader.#unlessEmpty();
      },
      async *[Symbol.asyncIterator]() {
        for (;;) yield* loader.#unlessEmpty();
      },
    };
  }

  stateDict(): DataLoaderState {
    const { number, started, next, samplerSeed, seeds, samplerState } = this.#epoch;
    const sampler = this.#sampler.stateDict && { atStart: samplerState, now: this.#sampler.stateDict() };
    return {
      epoch: number,
      next,
      started,
      samplerSeed: samplerSeed === null ? null : String(samplerSeed),
      batchSize: this.#batchSize,
      length: this.#sampler.length,
      ...(seeds.length > 0 && { seeds: [...seeds] }),
      ...(sampler && { sampler }),
    };
  }

  loadStateDict(state: DataLoaderState): this {
    const problems = stateProblems(state, {
      batchSize: this.#batchSize,
      batches: this.length,
      length: this.#sampler.length,
      hasSamplerState: this.#sampler.stateDict !== undefined,
      hasSeeds: this.#dataset.drawSeeds !== undefined,
    });
    if (problems.length > 0) throw misfit(problems);
    const epoch: Epoch = {
      number: state.epoch,
      started: state.started,
      next: state.next,
      samplerSeed: state.samplerSeed === null ? null : BigInt(state.samplerSeed),
      order: [],
      samplerState: state.sampler?.atStart,
      seeds: [...(state.seeds ?? [])],
    };
    this.#restoreOrder(epoch, state.sampler);
    this.#epoch = epoch;
    this.#isRestored = epoch.started;
    return this;
  }

  #unlessEmpty(): this {
    if (this.length > 0) return this;
    throw new RangeError(
      'DataLoader.forever: an epoch has no batches, so that the loop would never get one; expected at least one. ' +
        'Leave dropLast out or take a smaller batchSize.',
    );
  }

  #enter(): Epoch {
    if (!this.#isRestored) {
      const { number, started } = this.#epoch;
      const epoch = newEpoch(started ? number + 1 : number);
      // PyTorch's base seed for its workers: nothing uses it, but it moves the generator.
      this.#generator.int64();
      epoch.samplerState = this.#sampler.stateDict?.();
      epoch.order = this.#order(() => {
        epoch.samplerSeed = this.#generator.int64();
        return epoch.samplerSeed;
      });
      epoch.started = true;
      this.#epoch = epoch;
    }
    this.#isRestored = false;
    return this.#epoch;
  }

  #finish(epoch: Epoch): void {
    // An older loop that is still running must not move the position of a newer one.
    if (this.#epoch === epoch) this.#epoch = newEpoch(epoch.number + 1);
  }

  /** The order of one epoch; `drawSeed` is called at most once. */
  #order(drawSeed: () => bigint): ArrayLike<number> {
    let own: Generator | undefined;
    const order = this.#sampler.order(() => {
      own ??= new Generator(drawSeed());
      return own;
    });
    checkIndices('DataLoader: sampler.order()', order, this.#dataset.length);
    if (order.length === this.#sampler.length) return order;
    throw new RangeError(
      `DataLoader: sampler.order() has ${order.length} indices; expected ${this.#sampler.length}, the sampler's length.`,
    );
  }

  /** The order of a restored epoch; leaves the sampler as it was where the state does not fit. */
  #restoreOrder(epoch: Epoch, state: DataLoaderState['sampler']): void {
    const before = this.#sampler.stateDict?.();
    try {
      if (epoch.started) {
        if (state) this.#sampler.loadStateDict?.(state.atStart);
        let isRandom = false;
        epoch.order = this.#order(() => {
          isRandom = true;
          return epoch.samplerSeed ?? 0n;
        });
        if (isRandom !== (epoch.samplerSeed !== null)) {
          throw misfit([
            isRandom
              ? 'it has no samplerSeed, so it comes from a loader whose order is not random'
              : 'it has a samplerSeed, so it comes from a loader with a random order',
          ]);
        }
      }
      if (state) this.#sampler.loadStateDict?.(state.now);
    } catch (error) {
      if (before !== undefined) this.#sampler.loadStateDict?.(before);
      throw error;
    }
  }

  /** Asks the dataset for the batch that is `ahead` batches after the next one. */
  #take(epoch: Epoch, ahead: number): Batch | PromiseLike<Batch> {
    const start = (epoch.next + ahead) * this.#batchSize;
    const size = Math.min(this.#batchSize, epoch.order.length - start);
    const indices = Array.from({ length: size }, (_, i) => epoch.order[start + i]!);
    if (this.#dataset.drawSeeds === undefined) return this.#dataset.batch(indices);
    if (epoch.seeds.length <= ahead) epoch.seeds.push(this.#dataset.drawSeeds());
    return this.#dataset.batch(indices, epoch.seeds[ahead] ?? undefined);
  }

  async #begin(epoch: Epoch, ahead: number): Promise<Boxed<Batch>> {
    const batch = this.#take(epoch, ahead);
    return isPromiseLike(batch) ? batch.then((ready) => ({ batch: ready })) : { batch };
  }
}

/** In an object, since promises would look for a `then` of the batch itself. */
interface Boxed<Batch> {
  batch: Batch;
}

/**
 * Batches of a dataset in the order that PyTorch's `DataLoader` gives for the same seed.
 *
 * `for (const batch of loader)` is one epoch of a dataset in memory. A dataset whose batches are promises is iterated by
 * `for await`, with `prefetch` batches ahead. A batch belongs to the loop, which disposes it: `tf.dispose(batch)`.
 *
 * Each epoch draws from the generator when its first batch is asked for: one `int64` that nothing uses (PyTorch's base
 * seed for workers) and, if the order is random, one `int64` that seeds the generator of the permutation. So a loader
 * without shuffling moves the generator too, as in PyTorch, and so does an epoch without batches. The trap: that is what
 * PyTorch draws from its *default* generator. `DataLoader(generator=g)` there permutes with `g` itself: another order.
 *
 * @throws RangeError for an option out of range, and where a dataset without examples is to be shuffled; TypeError for
 * an unknown option, what is no dataset, no sampler or no generator
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { DataLoader, tensorDataset } from '@trainkit/data';
 * import { Generator } from '@trainkit/random';
 *
 * const dataset = tensorDataset({ x: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] });
 * const loader = new DataLoader(dataset, { batchSize: 4, shuffle: true, generator: new Generator(0) });
 * const seen: string[] = [];
 * for (const batch of loader) {
 *   seen.push(batch.x.dataSync().join(''));
 *   tf.dispose(batch);
 * }
 * console.log(seen.join(' ')); // → 6714 2098 35
 * console.log(loader.stateDict().epoch, loader.length); // → 1 3
 * ```
 */
export const DataLoader: DataLoaderConstructor = Loader;

function newEpoch(number: number): Epoch {
  return {
    number,
    started: false,
    next: 0,
    samplerSeed: null,
    order: [],
    samplerState: undefined,
    seeds: [],
  };
}

/** Counts a batch as handed out. */
function advance(epoch: Epoch): void {
  epoch.next++;
  epoch.seeds.shift();
}

function misfit(problems: readonly string[]): RangeError {
  return new RangeError(
    `DataLoader.loadStateDict: the state does not fit this loader, and nothing was loaded: ${problems.join('; ')}.`,
  );
}

function checkSampler(sampler: unknown, shuffle: boolean): void {
  const isSampler =
    typeof sampler === 'object' &&
    sampler !== null &&
    'order' in sampler &&
    typeof sampler.order === 'function' &&
    'length' in sampler;
  if (!isSampler) {
    throw new TypeError(
      expected(
        'DataLoader',
        'sampler',
        sampler,
        'an object with length and order(generator)',
        'Write new RandomSampler(n).',
      ),
    );
  }
  checkInteger('DataLoader', 'sampler.length', sampler.length);
  if (shuffle)
    throw new TypeError(
      'DataLoader: received shuffle and a sampler; expected one of them. Leave shuffle out.',
    );
}
