import type { DataLoaderOptions } from './data-loader-options.js';
import type { DataLoaderState } from './data-loader-state.js';
import type { Dataset } from './dataset.js';
import { Loader } from './loader.js';

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
