import { checkFlag, checkOptions, type OptionNames } from '@trainkit/checks';
import type { FashionMnistError } from './errors.js';
import { NORMALIZE_OPTIONS, type NormalizeOptions } from './fashion-mnist-dataset.js';
import { normalizationTable } from './normalize.js';

/** The progress of a download. */
export interface DownloadProgress {
  /** The file that is being fetched. */
  file: string;
  /** Its address. */
  url: string;
  /** Bytes received so far, of all files together. */
  loaded: number;
  /** Bytes of all the files that have to be fetched. */
  total: number;
}

/** Options of `loadFashionMnist`. */
export interface LoadOptions extends NormalizeOptions {
  /**
   * A folder that has the four files, as `.gz` or unpacked; nothing is downloaded then. Node only.
   * Default: the environment variable `FASHION_MNIST_DIR`, if it is set.
   */
  dir?: string | undefined;
  /**
   * For `dir`: requires files of the full size to have the published contents (MD5). Default true;
   * false admits your own, such as another labelling.
   */
  verify?: boolean | undefined;
  /** Allows the download of files that the cache lacks. Default true. */
  download?: boolean | undefined;
  /**
   * The folder in which downloaded files are kept. Node only. Default: `trainkit/fashion-mnist` in the user's
   * cache folder (`$XDG_CACHE_HOME` or `~/.cache` on Linux, `~/Library/Caches` on macOS, `%LOCALAPPDATA%` on Windows).
   */
  cacheDir?: string | undefined;
  /**
   * Base addresses that are tried one after the other, each file until one gives the right bytes; in a browser
   * they may be relative to the page. Default: Zalando's repository, Keras's copy, Zalando's bucket (in a browser
   * only the first).
   */
  mirrors?: readonly string[] | undefined;
  /**
   * Milliseconds without a byte, or with fewer than 2 KiB a second, after which a mirror is given up for the next one;
   * Infinity for never. Default 30,000.
   */
  stallTimeout?: number | undefined;
  /** Called as bytes of a download arrive. Default: nothing. */
  onProgress?: ((progress: DownloadProgress) => void) | undefined;
  /**
   * Called once where the cache folder cannot be written (`code` is `unwritable`): the data are used from memory and
   * nothing is kept of them. Default: its message goes to `console.warn`.
   */
  onWarning?: ((warning: FashionMnistError) => void) | undefined;
  /** Aborts the download; what was fetched whole stays in the cache. Default: none. */
  signal?: AbortSignal | undefined;
}

const LOAD_OPTIONS: OptionNames<LoadOptions> = {
  ...NORMALIZE_OPTIONS,
  dir: true,
  verify: true,
  download: true,
  cacheDir: true,
  mirrors: true,
  stallTimeout: true,
  onProgress: true,
  onWarning: true,
  signal: true,
};

/** Returns the options after the checks that need no file, so that a mistake is found before a download. */
export function checkLoadOptions(options: LoadOptions): LoadOptions {
  const where = 'loadFashionMnist';
  const { verify = true, download = true } = checkOptions(where, options, LOAD_OPTIONS);
  checkFlag(where, 'verify', verify);
  checkFlag(where, 'download', download);
  normalizationTable(where, options);
  return options;
}
