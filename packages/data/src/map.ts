import * as tf from '@tensorflow/tfjs-core';
import { checkFunction, checkOptions, type OptionNames } from '@trainkit/checks';
import { disposeBatch, tensorsIn } from '@trainkit/checks/tensor';
import { checkGenerator, Generator } from '@trainkit/random';
import { isPromiseLike } from './batch.js';
import { type BatchSeeds, checkDataset, type Dataset } from './dataset.js';

/** Options of {@link map}. */
export interface MapOptions {
  /** The source of each batch's seed. Default: none, and `f` gets no generator. */
  generator?: Generator | undefined;
}

const MAP_OPTIONS: OptionNames<MapOptions> = { generator: true };

/**
 * Applies `f` to the batches of a dataset: for augmentation, scaling, or another form.
 *
 * `f` is called once for each batch. It may return tensors of its batch. All others of the batch,
 * and all temporary tensors of a synchronous `f`, are disposed. An `f` that returns a promise
 * disposes its own temporary tensors, and the dataset becomes asynchronous.
 *
 * Random numbers: with `generator`, one `int64` is drawn from it for each batch, in the order of
 * the batches, and seeds a new generator for `f`. So the random numbers of `f` depend on neither
 * prefetching nor the order in which promises resolve, and a resumed `DataLoader` repeats them
 * exactly: save the state of `generator` beside the loader's. The trap: this does not hold for an
 * `f` that draws from another generator.
 *
 * @param f receives the batch and, with the option `generator`, the generator of this batch
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { map, tensorDataset } from '@trainkit/data';
 * import { Generator } from '@trainkit/random';
 *
 * const clean = tensorDataset({ x: [[0, 0], [10, 10]] });
 * const noisy = map(
 *   clean,
 *   ({ x }, generator) => ({ x: tf.add(x, tf.tensor(generator.uniform(x.size), x.shape)) }),
 *   { generator: new Generator(0) },
 * );
 * const { x } = noisy.batch([1]);
 * console.log(x.dataSync().join(' ')); // → 10.782139778137207 10.05359935760498
 * x.dispose();
 * ```
 */
export function map<Batch, Result>(
  dataset: Dataset<PromiseLike<Batch>>,
  f: (batch: Batch, generator: Generator) => Result | PromiseLike<Result>,
  options: { generator: Generator },
): Dataset<Promise<Result>>;
export function map<Batch, Result>(
  dataset: Dataset<PromiseLike<Batch>>,
  f: (batch: Batch) => Result | PromiseLike<Result>,
  options?: MapOptions,
): Dataset<Promise<Result>>;
export function map<Batch, Result>(
  dataset: Dataset<Batch>,
  f: (batch: Batch, generator: Generator) => Result,
  options: { generator: Generator },
): Dataset<Result>;
export function map<Batch, Result>(
  dataset: Dataset<Batch>,
  f: (batch: Batch) => Result,
  options?: MapOptions,
): Dataset<Result>;
export function map(
  dataset: Dataset<unknown>,
  f: MapFunction<unknown, unknown>,
  options: MapOptions = {},
): Dataset<unknown> {
  const { generator } = checkOptions('map', options, MAP_OPTIONS);
  checkDataset('map', dataset);
  checkFunction('map', 'f', f, 'Write map(dataset, (batch) => …).');
  if (generator !== undefined) checkGenerator('map', generator);
  return new Mapped(dataset, f, generator);
}

type MapFunction<Batch, Result> = (
  batch: Batch,
  ...generator: readonly Generator[]
) => Result | PromiseLike<Result>;

class Mapped<Batch, Result> implements Dataset<Result | PromiseLike<Result>> {
  readonly length: number;
  readonly #dataset: Dataset<Batch | PromiseLike<Batch>>;
  readonly #f: MapFunction<Batch, Result>;
  readonly #generator: Generator | undefined;

  constructor(
    dataset: Dataset<Batch | PromiseLike<Batch>>,
    f: MapFunction<Batch, Result>,
    generator: Generator | undefined,
  ) {
    this.length = dataset.length;
    this.#dataset = dataset;
    this.#f = f;
    this.#generator = generator;
  }

  batch(indices: readonly number[], seeds: BatchSeeds = this.drawSeeds()): Result | PromiseLike<Result> {
    const [own, inner] = Array.isArray(seeds) ? seeds : [null, null];
    const generator = typeof own === 'string' ? new Generator(BigInt(own)) : undefined;
    const batch = this.#dataset.batch(indices, inner ?? undefined);
    if (!isPromiseLike(batch)) return this.#apply(batch, generator);
    return Promise.resolve(batch.then((ready) => this.#apply(ready, generator)));
  }

  drawSeeds(): BatchSeeds {
    const own = this.#generator === undefined ? null : String(this.#generator.int64());
    const inner = this.#dataset.drawSeeds?.() ?? null;
    return own === null && inner === null ? null : [own, inner];
  }

  #apply(batch: Batch, generator: Generator | undefined): Result | PromiseLike<Result> {
    const results: (Result | PromiseLike<Result>)[] = [];
    try {
      tf.tidy(() => {
        const result = generator === undefined ? this.#f(batch) : this.#f(batch, generator);
        results.push(result);
        // An asynchronous function still needs its own tensors.
        return isPromiseLike(result) ? [...tf.engine().state.activeScope.track] : tensorsIn(result);
      });
    } catch (error) {
      disposeBatch(batch);
      throw error;
    }
    const result = results[0]!;
    if (!isPromiseLike(result)) return release(batch, result);
    return result.then(
      (ready) => release(batch, ready),
      (error: unknown) => {
        disposeBatch(batch);
        throw error;
      },
    );
  }
}

/** Disposes the tensors of a batch that the result does not contain. Returns the result. */
function release<Result>(batch: unknown, result: Result): Result {
  const kept = new Set(tensorsIn(result));
  tf.dispose(tensorsIn(batch).filter((tensor) => !kept.has(tensor)));
  return result;
}
