import { expected, show } from '@trainkit/checks';

/**
 * The seeds of the random numbers of one batch, drawn before the batch is made: plain JSON, nested
 * like the datasets. Null for a dataset that draws nothing.
 */
export type BatchSeeds = string | null | readonly BatchSeeds[];

/**
 * Examples by index: a length, and the batch of some indices.
 *
 * A batch is a tensor, or an object or array of tensors, whose first dimension counts the examples.
 * It belongs to the caller, who disposes it: `tf.dispose(batch)`. Two calls with the same indices
 * give equal batches, unless the dataset draws random numbers.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { DataLoader, type Dataset } from '@trainkit/data';
 *
 * const squares: Dataset<{ x: tf.Tensor1D; y: tf.Tensor1D }> = {
 *   length: 5,
 *   batch: (indices) => ({ x: tf.tensor1d([...indices]), y: tf.tensor1d(indices.map((i) => i * i)) }),
 * };
 * for (const batch of new DataLoader(squares, { batchSize: 3 })) {
 *   console.log(batch.y.dataSync().join(' ')); // → 0 1 4
 *   // → 9 16
 *   tf.dispose(batch);
 * }
 * ```
 */
export interface Dataset<Batch> {
  /** The number of examples. */
  readonly length: number;
  /**
   * The batch of the examples with these indices, in their order.
   *
   * @param indices whole numbers from 0 to `length` − 1; one may occur twice
   * @param seeds the result of {@link drawSeeds} for this batch; drawn now if it is left out
   */
  batch(indices: readonly number[], seeds?: BatchSeeds): Batch;
  /**
   * Draws the seeds of one batch, for datasets with random numbers. A `DataLoader` calls it once
   * for each batch, in the order of the batches, and keeps the seeds of prefetched batches in its
   * state. A dataset that wraps another one returns the seeds of that one, and passes them to its
   * `batch`.
   */
  readonly drawSeeds?: (() => BatchSeeds) | undefined;
}

/**
 * A {@link Dataset} whose batches are promises, for data that are read from files, fetched, or
 * decoded elsewhere.
 */
export type AsyncDataset<Batch> = Dataset<PromiseLike<Batch>>;

/** Throws unless `dataset` has a length and a method `batch`. */
export function checkDataset(where: string, dataset: unknown): void {
  const isObject = typeof dataset === 'object' && dataset !== null;
  const batch: unknown = isObject && 'batch' in dataset ? dataset.batch : undefined;
  if (!isObject || typeof batch !== 'function') {
    throw new TypeError(
      expected(
        where,
        'dataset',
        dataset,
        'a dataset with length and batch(indices)',
        'Write tensorDataset({ inputs, labels }).',
      ),
    );
  }
  const length: unknown = 'length' in dataset ? dataset.length : undefined;
  if (!(typeof length === 'number' && Number.isSafeInteger(length) && length >= 0)) {
    throw new RangeError(expected(where, 'dataset.length', length, 'a whole number of at least 0'));
  }
}

/** Throws unless all indices are whole numbers from 0 to `length` − 1. */
export function checkIndices(where: string, indices: ArrayLike<number>, length: number): void {
  if (typeof indices !== 'object' || indices === null || !Number.isSafeInteger(indices.length)) {
    throw new TypeError(expected(where, 'indices', indices, 'an array of whole numbers', 'Write [0, 1, 2].'));
  }
  for (let i = 0; i < indices.length; i++) {
    const index: unknown = indices[i];
    if (typeof index === 'number' && Number.isInteger(index) && index >= 0 && index < length) continue;
    const range =
      length === 0 ? 'no index, since there are no examples' : `whole numbers from 0 to ${length - 1}`;
    throw new RangeError(`${where}: indices[${i}] is ${show(index)}; expected ${range}.`);
  }
}
