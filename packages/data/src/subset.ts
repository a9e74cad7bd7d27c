import { type BatchSeeds, checkDataset, checkIndices, type Dataset } from './dataset.js';

/**
 * Selected examples of a dataset by index, in the given order. An index may occur twice. Equals
 * `torch.utils.data.Subset(dataset, indices)`; no data is copied.
 *
 * @example
 * ```ts
 * import '@tensorflow/tfjs';
 * import { Subset, tensorDataset } from '@trainkit/data';
 *
 * const dataset = tensorDataset({ x: [10, 11, 12, 13] });
 * const { x } = new Subset(dataset, [3, 3, 0]).batch([0, 2]);
 * console.log(x.dataSync().join(' ')); // → 13 10
 * x.dispose();
 * ```
 */
export class Subset<Batch> implements Dataset<Batch> {
  /** The dataset that the indices belong to. */
  readonly dataset: Dataset<Batch>;
  /** The indices of the selected examples in {@link dataset}. */
  readonly indices: Int32Array;
  /** The number of indices. */
  readonly length: number;

  /**
   * @throws TypeError for a value that is no dataset or no list of indices
   * @throws RangeError for an index that is not a whole number from 0 to `dataset.length` − 1
   */
  constructor(dataset: Dataset<Batch>, indices: ArrayLike<number>) {
    checkDataset('Subset', dataset);
    checkIndices('Subset', indices, dataset.length);
    this.dataset = dataset;
    this.indices = Int32Array.from(indices);
    this.length = indices.length;
  }

  /** The batch of the examples with these indices into the subset. */
  batch(indices: readonly number[], seeds?: BatchSeeds): Batch {
    checkIndices('batch', indices, this.length);
    const rows = indices.map((index) => this.indices[index]!);
    return seeds === undefined ? this.dataset.batch(rows) : this.dataset.batch(rows, seeds);
  }

  /** Draws the seeds of one batch of {@link dataset}. */
  drawSeeds(): BatchSeeds {
    return this.dataset.drawSeeds?.() ?? null;
  }
}
