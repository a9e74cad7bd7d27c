import * as tf from '@tensorflow/tfjs-core';
import { show } from '@trainkit/checks';
import { checkGenerator, defaultGenerator, Generator } from '@trainkit/random';
import { checkState, type DataLoaderState } from './data-loader-state.js';
import { normalizationTable } from './normalize.js';
import { PIXELS, SIDE, type Split, type Subset } from './split.js';
import { locate } from './subset.js';

/** Options of {@link DataLoader}. */
export interface DataLoaderOptions {
  /** Images a batch. Default 128. */
  batchSize?: number;
  /** A new random order each epoch, PyTorch's for the same seed. Default false: the order of the data. */
  shuffle?: boolean;
  /** Leaves out the last batch of an epoch where it is not full. Default false: it comes, smaller. */
  dropLast?: boolean;
  /** What is subtracted from a pixel, after its division by 255. Default 0.5. */
  mean?: number;
  /** What the difference is divided by. Default 0.5, so that pixels lie between −1 and 1. */
  std?: number;
  /** Where the seeds of the epochs are drawn from. Default: the `defaultGenerator` of `@trainkit/random`. */
  generator?: Generator;
}

/** One batch of n images: two tensors that belong to the consumer, who disposes them. */
export interface Batch {
  /** The normalized pixels, float32 `[n, 28, 28, 1]`. */
  readonly images: tf.Tensor4D;
  /** The classes, int32 `[n]`. */
  readonly labels: tf.Tensor1D;
  /** Disposes both tensors; a second call does nothing. */
  dispose(): void;
}

interface Place {
  samplerSeed: string | null;
  epoch: number;
  next: number;
  begun: boolean;
}

/**
 * Batches of normalized images in the order that PyTorch's `DataLoader` gives for the same seed.
 *
 * `for (const batch of loader)` is one epoch. Pixels are (x / 255 − mean) / std in float32, bit for bit as
 * torchvision's `ToTensor` and `Normalize`.
 *
 * Each epoch draws from the generator when its first batch is asked for: one int64 that nothing uses (PyTorch's
 * base seed for workers) and, if shuffling, one int64 that seeds the generator of the permutation. So a loader
 * without shuffling moves the generator too, as in PyTorch; so does an epoch without batches. The trap: that is what PyTorch draws from its
 * *default* generator. With `DataLoader(generator=g)` it permutes with `g` itself, which is another order.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { Generator } from '@trainkit/random';
 * import { DataLoader } from '@trainkit/fashion-mnist';
 *
 * await tf.setBackend('cpu');
 * const data = {
 *   images: new Uint8Array(10 * 784).fill(255),
 *   labels: Uint8Array.from([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]),
 *   length: 10,
 * };
 * const loader = new DataLoader(data, { batchSize: 4, shuffle: true, generator: new Generator(0) });
 * const seen: string[] = [];
 * for (const batch of loader) {
 *   seen.push(batch.labels.dataSync().join(''));
 *   batch.dispose();
 * }
 * console.log(seen.join(' '));
 * // → 6714 2098 35
 * console.log(loader.state());
 * // → { samplerSeed: null, epoch: 1, next: 0, batchSize: 4, images: 10 }
 * ```
 */
export class DataLoader implements Iterable<Batch> {
  /** Batches an epoch. */
  readonly length: number;
  readonly #images: Uint8Array;
  readonly #labels: Uint8Array;
  readonly #rows: Int32Array | null;
  readonly #count: number;
  readonly #batchSize: number;
  readonly #shuffle: boolean;
  readonly #table: Float32Array;
  readonly #generator: Generator;
  #place: Place = { samplerSeed: null, epoch: 0, next: 0, begun: false };
  #restored = false;

  /**
   * @param data a split, a subset of one, or arrays of your own in the same form
   * @throws RangeError for shuffled data without images, arrays that do not fit together, or an option out of range;
   * TypeError for what is no data and a `generator` that is none
   */
  constructor(
    data: Split | Subset,
    {
      batchSize = 128,
      shuffle = false,
      dropLast = false,
      mean = 0.5,
      std = 0.5,
      generator = defaultGenerator,
    }: DataLoaderOptions = {},
  ) {
    if (!(Number.isSafeInteger(batchSize) && batchSize > 0)) {
      throw new RangeError(
        `DataLoader: batchSize is a number of images, a whole number from 1 on; received ${show(batchSize)}.`,
      );
    }
    checkGenerator('DataLoader', generator);
    const { split, rows } = locate('DataLoader', data);
    if (data.length === 0 && shuffle) {
      throw new RangeError(
        'DataLoader: the data have no images, and nothing cannot be shuffled. Leave shuffle out for an epoch without ' +
          'batches, or look at what made the data.',
      );
    }
    this.#table = normalizationTable(mean, std);
    this.#images = split.images;
    this.#labels = split.labels;
    this.#rows = rows;
    this.#count = data.length;
    this.#batchSize = batchSize;
    this.#shuffle = shuffle;
    this.#generator = generator;
    this.length = dropLast ? Math.floor(data.length / batchSize) : Math.ceil(data.length / batchSize);
  }

  /**
   * One epoch, or the rest of the one that {@link restore} named.
   *
   * Leaving the loop early abandons the epoch: the next loop begins a new one and draws anew, as in PyTorch.
   */
  *[Symbol.iterator](): IterableIterator<Batch> {
    const place = this.#restored ? this.#place : this.#begin();
    this.#restored = false;
    const seed = place.samplerSeed;
    const order = seed === null ? null : new Generator(BigInt(seed)).permutation(this.#count);
    while (place.next < this.length) {
      const batch = this.#batch(order, place.next * this.#batchSize);
      place.next++;
      yield batch;
    }
    // An older loop that is still running must not move the place of a newer one.
    if (this.#place === place) {
      this.#place = { samplerSeed: null, epoch: place.epoch + 1, next: 0, begun: false };
    }
  }

  /**
   * The place, as plain JSON: {@link restore} it, now or in another process, and the epoch goes on there.
   *
   * `next` counts the batches that were handed out, so inside the loop the current batch counts as done: take
   * the state after the batch's step. Save the generator's own state beside it, for the epochs to come.
   */
  state(): DataLoaderState {
    const { samplerSeed, epoch, next } = this.#place;
    return { samplerSeed, epoch, next, batchSize: this.#batchSize, images: this.#count };
  }

  /**
   * Goes to a {@link state}: the next loop goes on with its epoch at batch `next` and draws nothing.
   *
   * A state taken after an epoch's last batch gives a loop without batches, so that what follows an epoch runs;
   * one taken outside an epoch lets the next loop begin one.
   *
   * @throws RangeError, and changes nothing, for what is not a state of a loader like this one
   */
  restore(state: DataLoaderState): this {
    checkState(state, {
      shuffle: this.#shuffle,
      batches: this.length,
      batchSize: this.#batchSize,
      images: this.#count,
    });
    const { samplerSeed, epoch, next } = state;
    const begun = samplerSeed !== null || next > 0;
    this.#place = { samplerSeed, epoch, next, begun };
    this.#restored = begun;
    return this;
  }

  #begin(): Place {
    this.#generator.int64();
    const samplerSeed = this.#shuffle ? String(this.#generator.int64()) : null;
    const { epoch, begun } = this.#place;
    this.#place = { samplerSeed, epoch: begun ? epoch + 1 : epoch, next: 0, begun: true };
    return this.#place;
  }

  #batch(order: Int32Array | null, start: number): Batch {
    const size = Math.min(this.#batchSize, this.#count - start);
    const pixels = new Float32Array(size * PIXELS);
    const classes = new Int32Array(size);
    const source = this.#images;
    const table = this.#table;
    let to = 0;
    for (let i = 0; i < size; i++) {
      const place = order === null ? start + i : order[start + i]!;
      const row = this.#rows === null ? place : this.#rows[place]!;
      classes[i] = this.#labels[row]!;
      const end = (row + 1) * PIXELS;
      for (let from = row * PIXELS; from < end; from++) pixels[to++] = table[source[from]!]!;
    }
    const images = tf.tensor4d(pixels, [size, SIDE, SIDE, 1]);
    const labels = tf.tensor1d(classes, 'int32');
    return { images, labels, dispose: () => tf.dispose([images, labels]) };
  }
}
