import * as tf from '@tensorflow/tfjs-core';
import { expected } from '@trainkit/checks';
import { disposeBatch, tensorsIn } from '@trainkit/checks/tensor';
import { isPromiseLike, joinBatches } from './batch.js';
import { type BatchSeeds, checkDataset, checkIndices, type Dataset } from './dataset.js';

/**
 * The examples of several datasets, one dataset after the other. Equals
 * `torch.utils.data.ConcatDataset(datasets)`.
 *
 * A batch with examples of several datasets requests one batch from each of them and joins them
 * along the first dimension, so all batches must have the same form: tensors, or arrays or objects
 * of tensors with the same keys, shapes and dtypes. If one dataset is asynchronous, all are.
 *
 * @throws TypeError for a value that is no dataset
 *
 * @example
 * ```ts
 * import '@tensorflow/tfjs';
 * import { concat, tensorDataset } from '@trainkit/data';
 *
 * const both = concat([tensorDataset({ x: [1, 2] }), tensorDataset({ x: [3, 4, 5] })]);
 * const { x } = both.batch([4, 0, 2]);
 * console.log(both.length, x.dataSync().join(' ')); // → 5 5 1 3
 * x.dispose();
 * ```
 */
export function concat<Batch>(datasets: readonly Dataset<PromiseLike<Batch>>[]): Dataset<Promise<Batch>>;
export function concat<Batch>(datasets: readonly Dataset<Batch>[]): Dataset<Batch>;
export function concat<Batch>(
  datasets: readonly Dataset<Batch | PromiseLike<Batch>>[],
): Dataset<Batch | PromiseLike<Batch>> {
  if (!Array.isArray(datasets) || datasets.length === 0) {
    throw new TypeError(
      expected(
        'concat',
        'datasets',
        datasets,
        'an array of at least one dataset',
        'Write concat([first, second]).',
      ),
    );
  }
  for (const dataset of datasets) checkDataset('concat', dataset);
  return new Concatenation(datasets);
}

class Concatenation<Batch> implements Dataset<Batch | PromiseLike<Batch>> {
  readonly length: number;
  readonly #datasets: readonly Dataset<Batch | PromiseLike<Batch>>[];
  /** The index of the first example of each dataset. */
  readonly #starts: readonly number[];

  constructor(datasets: readonly Dataset<Batch | PromiseLike<Batch>>[]) {
    const starts: number[] = [];
    let length = 0;
    for (const dataset of datasets) {
      starts.push(length);
      length += dataset.length;
    }
    this.length = length;
    this.#datasets = [...datasets];
    this.#starts = starts;
  }

  batch(indices: readonly number[], seeds: BatchSeeds = this.drawSeeds()): Batch | PromiseLike<Batch> {
    checkIndices('batch', indices, this.length);
    const rows: number[][] = this.#datasets.map(() => []);
    const datasetOf = indices.map((index) => {
      // The last dataset that begins at or before the index; empty ones before it begin at the same
      // index.
      const dataset = this.#starts.findLastIndex((start) => start <= index);
      rows[dataset]!.push(index - this.#starts[dataset]!);
      return dataset;
    });
    const used = rows.flatMap((own, dataset) => (own.length > 0 ? [dataset] : []));
    if (used.length === 0) used.push(0);
    const parts: (Batch | PromiseLike<Batch>)[] = [];
    try {
      for (const dataset of used) {
        const own = Array.isArray(seeds) ? seeds[dataset] : null;
        parts.push(this.#datasets[dataset]!.batch(rows[dataset]!, own ?? undefined));
      }
    } catch (error) {
      for (const part of parts) abandon(part);
      throw error;
    }
    const order = used.length === 1 ? null : rowOrder(datasetOf, rows);
    const ready = parts.filter((part): part is Batch => !isPromiseLike(part));
    return ready.length === parts.length ? join(ready, order) : joinWhenReady(parts, order);
  }

  drawSeeds(): BatchSeeds {
    const seeds = this.#datasets.map((dataset) => dataset.drawSeeds?.() ?? null);
    return seeds.every((own) => own === null) ? null : seeds;
  }
}

/**
 * The index of each row of the batch in the concatenation of the parts, which contain the rows of
 * one dataset each.
 */
function rowOrder(datasetOf: readonly number[], rows: readonly (readonly number[])[]): number[] | null {
  let start = 0;
  const next = rows.map(({ length }) => {
    const own = start;
    start += length;
    return own;
  });
  const order = datasetOf.map((dataset) => next[dataset]!++);
  return order.every((row, i) => row === i) ? null : order;
}

function join<Batch>(parts: readonly Batch[], order: readonly number[] | null): Batch {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  try {
    const joined: Batch[] = [];
    tf.tidy(() => {
      const batch = joinBatches(parts, order);
      joined.push(batch);
      return tensorsIn(batch);
    });
    return joined[0]!;
  } finally {
    for (const part of parts) disposeBatch(part);
  }
}

async function joinWhenReady<Batch>(
  parts: readonly (Batch | PromiseLike<Batch>)[],
  order: readonly number[] | null,
): Promise<Batch> {
  const settled = await Promise.allSettled(
    parts.map(async (part) => ({ batch: isPromiseLike(part) ? await boxed(part) : { value: part } })),
  );
  const ready = settled.flatMap((result) =>
    result.status === 'fulfilled' ? [result.value.batch.value] : [],
  );
  const failure = settled.find((result) => result.status === 'rejected');
  if (failure !== undefined) {
    for (const batch of ready) disposeBatch(batch);
    throw failure.reason;
  }
  return join(ready, order);
}

/** Wraps the result in an object, since `await` would look for a `then` of the batch itself. */
function boxed<Batch>(part: PromiseLike<Batch>): PromiseLike<{ value: Batch }> {
  return part.then((value) => ({ value }));
}

function abandon<Batch>(part: Batch | PromiseLike<Batch>): void {
  if (isPromiseLike(part)) part.then(disposeBatch, () => {});
  else disposeBatch(part);
}
