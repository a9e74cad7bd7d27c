import { checkFlag, checkOptions, type OptionNames } from '@trainkit/checks';
import type { FashionMnistError } from './errors.js';
import { NORMALIZE_OPTIONS, type NormalizeOptions } from './fashion-mnist-dataset.js';
import { normalizationTable } from './normalize.js';

/** The progress of a download. */
export interface DownloadProgress {
  /** The file that is being fetched. */
  file: string;
  /** The address of the file. */
  url: string;
  /** The bytes received so far, of all files together. */
  loaded: number;
  /** The bytes of all files that are fetched. */
  total: number;
}

/** Options of `loadFashionMnist`. */
export interface LoadOptions extends NormalizeOptions {
  /**
   * The folder of the four files, as `.gz` or unpacked; nothing is downloaded then. Node only.
   * Default: the environment variable `FASHION_MNIST_DIR`, if it is set.
   */
  dir?: string | undefined;
  /**
   * For `dir`: true to require that files of the full size have the published contents (MD5).
   * Default true; false accepts your own, such as other labels.
   */
  verify?: boolean | undefined;
  /** True to allow the download of files that the cache lacks. Default true. */
  download?: boolean | undefined;
  /**
   * The folder for downloaded files. Node only. Default: `trainkit/fashion-mnist` in the user's
   * cache folder (`$XDG_CACHE_HOME` or `~/.cache` on Linux, `~/Library/Caches` on macOS,
   * `%LOCALAPPDATA%` on Windows).
   */
  cacheDir?: string | undefined;
  /**
   * Base addresses that are tried one after the other, for each file until one provides the
   * published bytes; in a browser they may be relative to the page. Default: Zalando's repository,
   * Keras's copy, Zalando's bucket (in a browser only the first).
   */
  mirrors?: readonly string[] | undefined;
  /**
   * The time in milliseconds without a byte, or with fewer than 2 KiB a second, after which the
   * next mirror is tried; Infinity for never. Default 30,000.
   */
  stallTimeout?: number | undefined;
  /** Called when bytes of a download arrive. Default: nothing. */
  onProgress?: ((progress: DownloadProgress) => void) | undefined;
  /**
   * Called once if the cache folder cannot be written (`code` is `unwritable`): the data are used
   * from memory and not stored. Default: its message is passed to `console.warn`.
   */
  onWarning?: ((warning: FashionMnistError) => void) | undefined;
  /** Aborts the download; files that were completed stay in the cache. Default: none. */
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

/**
 * Returns the options after the checks that need no file, so that a mistake is found before a
 * download.
 */
export function checkLoadOptions(options: LoadOptions): LoadOptions {
  const where = 'loadFashionMnist';
  const { verify = true, download = true } = checkOptions(where, options, LOAD_OPTIONS);
  checkFlag(where, 'verify', verify);
  checkFlag(where, 'download', download);
  normalizationTable(where, options);
  return options;
}
