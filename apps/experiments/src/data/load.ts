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

/** Fashion-MNIST, or the data set used instead. */
export interface Dataset {
  train: FashionMnistDataset;
  test: FashionMnistDataset;
  /** The data's entry in a config. */
  identity: RunConfig['data'];
  /** The reason for falling back on the sample; null without a fallback. */
  fallback: string | null;
}

/** The folder of the sample's files. */
export const SAMPLE_FOLDER = fileURLToPath(
  new URL('sample/', import.meta.resolve('@trainkit/fashion-mnist-sample/package.json')),
);

/**
 * The data sets on which PyTorch was run, by their digest. A copy in another folder is the same
 * data.
 */
const KNOWN = new Map<string, 'full' | 'sample'>([
  ['ca3ab2a37f845e1b8ae23cab1b51749a3011ba3bf1d9016176d75cbaabac376f', 'full'],
  ['8eaf6bb9e82961e7d73312d5259adebcdcb8829b4ea3955abd11eba9b97b7b57', 'sample'],
]);

/** Options of {@link loadData}. */
export interface LoadDataOptions {
  /** A signal that stops a download. */
  signal?: AbortSignal;
  /** Called with the progress of a download. */
  onProgress?: (progress: DownloadProgress) => void;
  /**
   * Called with a problem that does not prevent the use of the data: a cache that cannot be
   * written.
   */
  onWarning?: (warning: Error) => void;
}

/**
 * Loads the data that `--data` names: a folder or `sample`. The default is the full set if it is
 * available, else the sample.
 *
 * @throws UserError if a folder that was named, on the command line or in FASHION_MNIST_DIR, does
 *   not hold the data
 */
export async function loadData(wanted?: string, options: LoadDataOptions = {}): Promise<Dataset> {
  if (wanted === 'sample') return identify(await loadSample(), null);
  const dir = wanted;
  let loaded: Pick<Dataset, 'train' | 'test'>;
  try {
    loaded = await loadFashionMnist({ ...options, dir });
  } catch (cause) {
    if (options.signal) throwIfInterrupted(options.signal, 'while the data was loaded');
    // Wrong files in a named folder are an error, and no reason to train on other data.
    const named = dir !== undefined || process.env['FASHION_MNIST_DIR'];
    if (named || !(cause instanceof FashionMnistError) || cause.code !== 'unreachable')
      throw new UserError(inTermsOfFlags(errorMessage(cause)), { cause });
    return identify(await loadSample(), inTermsOfFlags(errorMessage(cause)));
  }
  return identify(loaded, null);
}

/**
 * Rewrites an error of the loader, which names its options, for users of the command line, who have
 * flags.
 */
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
