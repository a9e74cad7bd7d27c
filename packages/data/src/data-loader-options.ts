import { checkFlag, checkInteger, checkOptions, expected, type OptionNames, show } from '@trainkit/checks';
import { checkGenerator, defaultGenerator, type Generator } from '@trainkit/random';
import type { Sampler } from './samplers.js';

/** Options of `DataLoader`. */
export interface DataLoaderOptions {
  /** The number of examples in a batch. Default 128. (PyTorch's default is 1.) */
  batchSize?: number | undefined;
  /**
   * True to draw a new random order for each epoch, PyTorch's for the same seed. Default false: the
   * order of the data.
   */
  shuffle?: boolean | undefined;
  /**
   * The order of the examples. Default: a `RandomSampler` with `shuffle`, else a
   * `SequentialSampler`.
   */
  sampler?: Sampler | undefined;
  /** True to drop the last batch of an epoch if it is not full. Default false: it is smaller. */
  dropLast?: boolean | undefined;
  /** The source of the epochs' seeds. Default: the `defaultGenerator` of `@trainkit/random`. */
  generator?: Generator | undefined;
  /**
   * The number of batches that are requested in advance in `for await`. Default 0. Useful if
   * batches are promises; each takes memory. `for…of` does not prefetch.
   */
  prefetch?: number | undefined;
}

const OPTIONS: OptionNames<DataLoaderOptions> = {
  batchSize: true,
  shuffle: true,
  sampler: true,
  dropLast: true,
  generator: true,
  prefetch: true,
};

/**
 * Returns the options with their defaults after all checks; `length` is the length of the dataset.
 */
export function checkLoaderOptions(options: DataLoaderOptions, length: number) {
  const {
    batchSize = 128,
    shuffle = false,
    sampler,
    dropLast = false,
    generator = defaultGenerator,
    prefetch = 0,
  } = checkOptions('DataLoader', options, OPTIONS);
  checkInteger('DataLoader', 'batchSize', batchSize, { min: 1 });
  checkFlag('DataLoader', 'shuffle', shuffle);
  checkFlag('DataLoader', 'dropLast', dropLast);
  checkInteger('DataLoader', 'prefetch', prefetch);
  checkGenerator('DataLoader', generator);
  if (sampler !== undefined) checkSampler(sampler, shuffle, length);
  if (length === 0 && shuffle) {
    throw new RangeError(
      'DataLoader: the dataset has no examples and shuffle is true; expected at least one example to shuffle. Leave ' +
        'shuffle out for an epoch without batches.',
    );
  }
  return { batchSize, shuffle, sampler, dropLast, generator, prefetch };
}

function checkSampler(sampler: unknown, shuffle: boolean, length: number): void {
  const isSampler =
    typeof sampler === 'object' &&
    sampler !== null &&
    'order' in sampler &&
    typeof sampler.order === 'function' &&
    'length' in sampler;
  if (!isSampler) {
    throw new TypeError(
      expected(
        'DataLoader',
        'sampler',
        sampler,
        'an object with length and order(generator)',
        'Write new RandomSampler(n).',
      ),
    );
  }
  checkInteger('DataLoader', 'sampler.length', sampler.length);
  if (shuffle)
    throw new TypeError(
      'DataLoader: received shuffle and a sampler; expected one of them. Leave shuffle out.',
    );
  const own = 'datasetLength' in sampler ? sampler.datasetLength : undefined;
  if (own === undefined) return;
  checkInteger('DataLoader', 'sampler.datasetLength', own);
  if (own <= length) return;
  throw new RangeError(
    `DataLoader: sampler is ${show(sampler)} for a dataset of length ${own}; expected one for at most ${length}, the dataset's ` +
      'length. Make it with dataset.length, or with one weight for each example.',
  );
}
