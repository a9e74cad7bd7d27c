import * as tf from '@tensorflow/tfjs-core';
import { checkOptions, expected, type OptionNames } from '@trainkit/checks';
import type { Dataset } from '@trainkit/data';
import { normalizationTable } from './normalize.js';

/** The rows and columns of an image. */
export const SIDE = 28;
/** The pixels of an image. */
const PIXELS = SIDE * SIDE;

/** The normalization of pixels: (x / 255 − mean) / std. */
export interface NormalizeOptions {
  /** The number that is subtracted from a pixel after its division by 255. Default 0.5. */
  mean?: number | undefined;
  /** The divisor of the difference. Default 0.5, so that pixels are between −1 and 1. */
  std?: number | undefined;
}

/** All options. */
export const NORMALIZE_OPTIONS: OptionNames<NormalizeOptions> = { mean: true, std: true };

/** One batch of n images, which belongs to the caller: `tf.dispose(batch)`. */
export type FashionMnistBatch = {
  /** The normalized pixels, float32 `[n, 28, 28, 1]`. */
  images: tf.Tensor4D;
  /** The classes, int32 `[n]`. */
  labels: tf.Tensor1D;
};

/** Pixels and classes as bytes. */
export interface FashionMnistBytes {
  /** The pixels, 0 to 255, image by image and row by row: 784 for each image. */
  images: Uint8Array;
  /** The class of each image, 0 to 9. */
  labels: Uint8Array;
}

/**
 * Labeled images of 28 × 28 pixels as a dataset: the train set, the test set, or your own bytes.
 *
 * Pixels are (x / 255 − mean) / std in float32, equal to those of torchvision's `ToTensor` and
 * `Normalize` bit for bit. The bytes are not copied: they are available as `images` and `labels`,
 * for pictures, statistics and another normalization.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { FashionMnistDataset } from '@trainkit/fashion-mnist';
 *
 * await tf.setBackend('cpu');
 * const images = new Uint8Array(2 * 784).fill(255);
 * const dataset = new FashionMnistDataset({ images, labels: Uint8Array.of(9, 3) }, { mean: 0, std: 0.5 });
 * const batch = dataset.batch([1]);
 * console.log(batch.images.shape.join('×'), batch.images.dataSync()[0], batch.labels.dataSync()[0]); // → 1×28×28×1 2 3
 * tf.dispose(batch);
 * ```
 */
export class FashionMnistDataset implements Dataset<FashionMnistBatch> {
  /** The pixels, 0 to 255, image by image and row by row: `length · 784` bytes. */
  readonly images: Uint8Array;
  /** The class of each image, 0 to 9: `length` bytes. */
  readonly labels: Uint8Array;
  /** The number of images. */
  readonly length: number;
  readonly #table: Float32Array;

  /**
   * @throws TypeError for arrays that are no byte arrays
   * @throws RangeError if they do not belong together, or `mean` or `std` is out of range
   */
  constructor({ images, labels }: FashionMnistBytes, options: NormalizeOptions = {}) {
    const where = 'FashionMnistDataset';
    const { mean, std } = checkOptions(where, options, NORMALIZE_OPTIONS);
    for (const [name, array] of Object.entries({ images, labels })) {
      // A byte is the index of its normalized value; a float would find none, and become NaN.
      if (array instanceof Uint8Array) continue;
      throw new TypeError(
        expected(
          where,
          name,
          array,
          'a Uint8Array: pixels from 0 to 255, not yet normalized; labels from 0 to 9',
        ),
      );
    }
    if (images.length !== labels.length * PIXELS) {
      throw new RangeError(
        `${where}: received ${images.length} pixels and ${labels.length} labels; expected ${PIXELS} pixels for each label.`,
      );
    }
    this.#table = normalizationTable(where, { mean, std });
    this.images = images;
    this.labels = labels;
    this.length = labels.length;
  }

  /**
   * The images with these indices, normalized, and their classes.
   *
   * @throws RangeError for an index that is no whole number from 0 to `length` − 1
   */
  batch(indices: readonly number[]): FashionMnistBatch {
    const size = indices.length;
    const pixels = new Float32Array(size * PIXELS);
    const classes = new Int32Array(size);
    const source = this.images;
    const table = this.#table;
    let to = 0;
    for (let i = 0; i < size; i++) {
      const row = indices[i]!;
      if (!(Number.isInteger(row) && row >= 0 && row < this.length)) {
        throw new RangeError(
          expected('batch', `indices[${i}]`, row, `a whole number from 0 to ${this.length - 1}`),
        );
      }
      classes[i] = this.labels[row]!;
      const end = (row + 1) * PIXELS;
      for (let from = row * PIXELS; from < end; from++) pixels[to++] = table[source[from]!]!;
    }
    return { images: tf.tensor4d(pixels, [size, SIDE, SIDE, 1]), labels: tf.tensor1d(classes, 'int32') };
  }
}
