import { expected, show } from '@trainkit/checks';
import { disposeBatch } from '@trainkit/checks/tensor';
import { Generator } from '@trainkit/random';
import { isPromiseLike } from './batch.js';
import { checkLoaderOptions, type DataLoaderOptions } from './data-loader-options.js';
import { type DataLoaderState, stateProblems } from './data-loader-state.js';
import { type BatchSeeds, checkDataset, checkIndices, type Dataset } from './dataset.js';
import { RandomSampler, type Sampler, SequentialSampler } from './samplers.js';

/** One epoch and the position in it. */
interface Epoch {
  readonly number: number;
  started: boolean;
  /** The number of returned batches. */
  next: number;
  samplerSeed: bigint | null;
  order: ArrayLike<number>;
  /** The sampler's state before it gave the order. */
  samplerState: unknown;
  /** The seeds of the batches from `next` on that are already drawn. */
  seeds: BatchSeeds[];
}

/**
 * The `DataLoader` of synchronous and asynchronous datasets; the types declare which loops it has.
 */
export class Loader<Batch> {
  readonly length: number;
  readonly #dataset: Dataset<Batch | PromiseLike<Batch>>;
  readonly #batchSize: number;
  readonly #sampler: Sampler;
  readonly #generator: Generator;
  readonly #prefetch: number;
  #epoch: Epoch = newEpoch(0);
  /** True if the next loop continues the epoch, false if it begins one. */
  #isRestored = false;

  constructor(dataset: Dataset<Batch | PromiseLike<Batch>>, options: DataLoaderOptions = {}) {
    checkDataset('DataLoader', dataset);
    const { batchSize, shuffle, sampler, dropLast, generator, prefetch } = checkLoaderOptions(
      options,
      dataset.length,
    );
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
          // It is reported when the loop reaches it; until then it must not count as unhandled.
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
      ...(seeds.some((own) => own !== null) && { seeds: [...seeds] }),
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
    if (problems.length > 0) throw mismatch(problems);
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
      // PyTorch's base seed for its workers: unused, but it advances the generator.
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
    // An older loop that is still running must not change the position of a newer one.
    if (this.#epoch === epoch) this.#epoch = newEpoch(epoch.number + 1);
  }

  /** The order of one epoch; `drawSeed` is called at most once. */
  #order(drawSeed: () => bigint): ArrayLike<number> {
    let own: Generator | undefined;
    const order = this.#sampler.order(() => {
      own ??= new Generator(drawSeed());
      return own;
    });
    const { length } = this.#dataset;
    const where = `DataLoader: order() of the sampler, ${show(this.#sampler)}, for a dataset of ${length} examples`;
    checkIndices(where, order, length);
    if (order.length === this.#sampler.length) return order;
    throw new RangeError(
      `DataLoader: sampler.order() has ${order.length} indices; expected ${this.#sampler.length}, the sampler's length.`,
    );
  }

  /** The order of a restored epoch; restores the sampler if the state does not fit. */
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
          throw mismatch([
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

  /** Requests the batch that is `ahead` batches after the next one. */
  #take(epoch: Epoch, ahead: number): Batch | PromiseLike<Batch> {
    const start = (epoch.next + ahead) * this.#batchSize;
    const size = Math.min(this.#batchSize, epoch.order.length - start);
    const indices = Array.from({ length: size }, (_, i) => epoch.order[start + i]!);
    if (this.#dataset.drawSeeds === undefined) return checkedBatch(this.#dataset.batch(indices));
    if (epoch.seeds.length <= ahead) epoch.seeds.push(this.#dataset.drawSeeds());
    return checkedBatch(this.#dataset.batch(indices, epoch.seeds[ahead] ?? undefined));
  }

  async #begin(epoch: Epoch, ahead: number): Promise<Boxed<Batch>> {
    const batch = this.#take(epoch, ahead);
    return isPromiseLike(batch) ? batch.then((ready) => ({ batch: checkedBatch(ready) })) : { batch };
  }
}

/** A batch in an object, since promises would look for a `then` of the batch itself. */
interface Boxed<Batch> {
  batch: Batch;
}

function checkedBatch<Batch>(batch: Batch): Batch {
  if (batch !== undefined && batch !== null) return batch;
  throw new TypeError(
    expected(
      'DataLoader',
      'what dataset.batch(indices) returned',
      batch,
      'a batch',
      'Write return { inputs, labels }.',
    ),
  );
}

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

/** Counts a batch as returned. */
function advance(epoch: Epoch): void {
  epoch.next++;
  epoch.seeds.shift();
}

function mismatch(problems: readonly string[]): RangeError {
  return new RangeError(
    `DataLoader.loadStateDict: the state does not fit this loader, and nothing was loaded: ${problems.join('; ')}.`,
  );
}
