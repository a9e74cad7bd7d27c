import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { errorMessage } from '@trainkit/checks';
import {
  type DownloadProgress,
  type FashionMnistDataset,
  FashionMnistError,
  loadFashionMnist,
} from '@trainkit/fashion-mnist';
import { loadSample } from '@trainkit/fashion-mnist-sample';
import type { RunConfig } from '../config/schema.js';
import { throwIfInterrupted } from '../terminal/interruption.js';
import { UserError } from '../terminal/user-error.js';

/** Fashion-MNIST, or what takes its place. */
export interface Dataset {
  train: FashionMnistDataset;
  test: FashionMnistDataset;
  /** What a config says of the data. */
  identity: RunConfig['data'];
  /** Why the sample is used though nobody asked for it; null otherwise. */
  fallback: string | null;
}

/** The folder of the sample's files. */
export const SAMPLE_FOLDER = fileURLToPath(
  new URL('sample/', import.meta.resolve('@trainkit/fashion-mnist-sample/package.json')),
);

/** Data sets that PyTorch's column exists for, by their digest: a copy in another folder is the same data. */
const KNOWN = new Map<string, 'full' | 'sample'>([
  ['ca3ab2a37f845e1b8ae23cab1b51749a3011ba3bf1d9016176d75cbaabac376f', 'full'],
  ['8eaf6bb9e82961e7d73312d5259adebcdcb8829b4ea3955abd11eba9b97b7b57', 'sample'],
]);

/** What loading takes beside the name of the data. */
export interface LoadDataOptions {
  /** Stops a download. */
  signal?: AbortSignal;
  /** Hears how far a download is. */
  onProgress?: (progress: DownloadProgress) => void;
  /** Hears what does not keep the data from being used: a cache that cannot be written. */
  onWarning?: (warning: Error) => void;
}

/**
 * Loads the data that `--data` names: a folder, `sample`, or nothing, which means the full set wherever it can be
 * had and else the sample.
 *
 * @throws UserError where a folder was named, on the command line or in FASHION_MNIST_DIR, and does not hold the data
 */
export async function loadData(wanted?: string, options: LoadDataOptions = {}): Promise<Dataset> {
  if (wanted === 'sample') return identify(await loadSample(), null);
  const dir = wanted;
  let loaded: Pick<Dataset, 'train' | 'test'>;
  try {
    loaded = await loadFashionMnist({ ...options, dir });
  } catch (cause) {
    if (options.signal) throwIfInterrupted(options.signal, 'while the data was loaded');
    // Files that are there and wrong are no reason to train on others.
    const named = dir !== undefined || process.env['FASHION_MNIST_DIR'];
    if (named || !(cause instanceof FashionMnistError) || cause.code !== 'unreachable')
      throw new UserError(inTermsOfFlags(errorMessage(cause)), { cause });
    return identify(await loadSample(), inTermsOfFlags(errorMessage(cause)));
  }
  return identify(loaded, null);
}

/** The loader speaks to programmers of its options; whoever types a command has flags. */
function inTermsOfFlags(message: string): string {
  return message
    .replace(
      /^dir is (.*) or leave dir out to have them downloaded\.$/s,
      (_all, rest: string) => `--data is ${rest} or leave --data out to have them downloaded.`,
    )
    .replace('as dir or in FASHION_MNIST_DIR (in a browser: serve them and pass mirrors)', 'with --data')
    .replace('Replace the file, or pass verify: false if the contents are meant.', 'Replace the file.');
}

function identify({ train, test }: Pick<Dataset, 'train' | 'test'>, fallback: string | null): Dataset {
  for (const [split, { length }] of Object.entries({ train, test })) {
    if (length === 0) throw new UserError(`The ${split} set has no images. Name another folder with --data.`);
  }
  const hash = createHash('sha256');
  for (const part of [train.images, train.labels, test.images, test.labels]) hash.update(part);
  const sha256 = hash.digest('hex');
  const name = KNOWN.get(sha256) ?? 'custom';
  return {
    train,
    test,
    fallback,
    identity: { name, trainImages: train.length, testImages: test.length, sha256 },
  };
}
