import { readFile } from 'node:fs/promises';
import type { FashionMnist } from '@trainkit/fashion-mnist';
import { decodeSample, type SampleOptions } from './decode-sample.js';

/**
 * A tenth of Fashion-MNIST, from the files of this package: 6,000 train and 1,000 test images, the
 * first 600 and 100 of each class in their original order.
 *
 * The datasets are those of `loadFashionMnist`; `complete` is false and `source.kind` is `sample`.
 * In Node the files are read from the package's folder; in a browser they are fetched from the
 * folder of the program, into which the bundler copies them (3.1 MB). The trap: an accuracy on the
 * sample is not comparable with one on Fashion-MNIST.
 *
 * @example
 * ```ts
 * import { loadSample } from '@trainkit/fashion-mnist-sample';
 *
 * const { train, test, complete } = await loadSample();
 * console.log(train.length, test.length, complete); // → 6000 1000 false
 * ```
 */
export async function loadSample(options: SampleOptions = {}): Promise<FashionMnist> {
  return decodeSample(options, readFile);
}
