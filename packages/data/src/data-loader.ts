import type { DataLoaderOptions } from './data-loader-options.js';
import type { DataLoaderState } from './data-loader-state.js';
import type { Dataset } from './dataset.js';
import { Loader } from './loader.js';

/** Batches of an asynchronous dataset, for `for await`; created by {@link DataLoader}. */
export interface AsyncDataLoader<Batch> extends AsyncIterable<Batch> {
  /** The number of batches in an epoch. */
  readonly length: number;
  /**
   * One epoch, or the rest of the one that {@link loadStateDict} restored.
   *
   * If the loop ends early, also by an error, prefetched batches are disposed. A loop that calls
   * `next()` itself must call `return()` for this.
   */
  [Symbol.asyncIterator](): AsyncIterableIterator<Batch>;
  /**
   * An endless sequence of epochs, for training loops that count steps. `stateDict()` contains the
   * epoch.
   *
   * @throws RangeError if an epoch has no batches
   */
  forever(): AsyncIterable<Batch>;
  /**
   * The position, as plain JSON. Pass it to {@link loadStateDict}, now or in another process, to
   * continue the epoch.
   *
   * Batches that were returned count as seen, prefetched ones do not. Inside a loop the current
   * batch counts, so read the state after its step. The generators have their own states; save them
   * beside it.
   */
  stateDict(): DataLoaderState;
  /**
   * Loads a {@link stateDict}: the next loop continues its epoch at batch `next` and draws no seed
   * for its order.
   *
   * A state after an epoch's last batch gives a loop without batches, so that the code after an
   * epoch runs. With a state between two epochs, the next loop begins an epoch.
   *
   * @throws RangeError with all properties that do not fit, if it is the state of another loader;
   *   nothing changes then
   */
  loadStateDict(state: DataLoaderState): this;
}

/** Batches of a dataset in memory, for `for…of` and `for await`. */
export interface DataLoader<Batch> extends AsyncDataLoader<Batch>, Iterable<Batch> {
  /**
   * One epoch, or the rest of the one that `loadStateDict` restored.
   *
   * Leaving the loop early abandons the epoch: the next loop begins a new one and draws new seeds,
   * as in PyTorch.
   */
  [Symbol.iterator](): IterableIterator<Batch>;
  /**
   * An endless sequence of epochs, for training loops that count steps. `stateDict()` contains the
   * epoch.
   *
   * @throws RangeError if an epoch has no batches
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

/**
 * Batches of a dataset in the order of PyTorch's `DataLoader` for the same seed.
 *
 * `for (const batch of loader)` is one epoch of a dataset in memory. A dataset whose batches
 * are promises is iterated by `for await`, with `prefetch` batches ahead. The loop must dispose
 * each batch: `tf.dispose(batch)`.
 *
 * Each epoch draws from the generator when its first batch is requested: one unused `int64`
 * (PyTorch's base seed for workers) and, if the order is random, one `int64` that seeds the
 * generator of the permutation. So a loader without shuffling advances the generator too, as in
 * PyTorch, and so does an epoch without batches. The trap: PyTorch does this with its *default*
 * generator. `DataLoader(generator=g)` there permutes with `g` itself, which gives another order.
 *
 * @throws RangeError for an option out of range, and for shuffling a dataset without examples;
 *   TypeError for an unknown option, and for a value that is no dataset, sampler or generator
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
