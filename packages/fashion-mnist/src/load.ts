import { join, resolve } from 'node:path';
import { show } from '@trainkit/checks';
import { resolveOnce } from '@trainkit/checks/files';
import envPaths from 'env-paths';
import type { FashionMnist } from './decode.js';
import { readDirectory } from './directory.js';
import { FILES } from './files.js';
import { FolderStore } from './folder-store.js';
import { checkLoadOptions, type LoadOptions } from './load-options.js';
import { DEFAULT_MIRRORS, resolveMirrors } from './mirrors.js';
import { obtain } from './obtain.js';

/**
 * Fashion-MNIST: 60,000 train and 10,000 test images of 28 × 28 bytes in ten classes, read,
 * checked, and downloaded once if needed.
 *
 * It looks in this order: `dir`, the folder in `FASHION_MNIST_DIR`, the cache folder, the mirrors.
 *
 * - A folder that is named explicitly must contain all four files (`.gz` or unpacked, also in the
 *   layouts of Kaggle and torchvision). It may contain a part of the set; `complete` is then false.
 * - A download takes 31 MB. Only files of the published size and MD5 are stored in the cache, and
 *   they are checked again whenever they are read.
 * - The IDX headers, sizes and labels are checked in all cases.
 *
 * `train` and `test` are datasets for the `DataLoader` of `@trainkit/data`; their bytes are
 * `images` and `labels`.
 *
 * In a browser the files are fetched from `mirrors` and stored in the Cache API; `dir` and
 * `cacheDir` are errors there.
 *
 * If the cache folder cannot be written, a download is used from memory, and `onWarning` is called.
 *
 * @throws FashionMnistError whose `code` is `missing`, `damaged` or `unreachable`; the message
 *   names the file and says what to do. If `signal` aborts, its reason.
 *
 * @example
 * ```ts
 * import { classNames, loadFashionMnist } from '@trainkit/fashion-mnist';
 *
 * const { train, test } = await loadFashionMnist();
 * console.log(train.length, test.length); // e.g. 60000 10000
 * console.log(classNames[train.labels[0] ?? 0]); // → Ankle boot
 * ```
 *
 * Source: H. Xiao, K. Rasul, R. Vollgraf, "Fashion-MNIST: a Novel Image Dataset for Benchmarking
 * Machine Learning Algorithms", 2017, https://arxiv.org/abs/1708.07747.
 */
export async function loadFashionMnist(options: LoadOptions = {}): Promise<FashionMnist> {
  const { dir, cacheDir, mirrors = DEFAULT_MIRRORS } = checkLoadOptions(options);
  options.signal?.throwIfAborted();
  for (const [name, path] of Object.entries({ dir, cacheDir })) {
    // An empty cacheDir would be the current folder.
    if (path === undefined || (typeof path === 'string' && path !== '')) continue;
    throw new TypeError(`loadFashionMnist: ${name} is the path of a folder; received ${show(path)}.`);
  }
  if (dir !== undefined) return readDirectory(dir, 'dir', options);
  const fromEnvironment = process.env['FASHION_MNIST_DIR'];
  if (fromEnvironment) return readDirectory(resolveOnce(fromEnvironment), 'FASHION_MNIST_DIR', options);
  const folder =
    cacheDir === undefined
      ? resolveOnce(join(envPaths('trainkit', { suffix: '' }).cache, 'fashion-mnist'))
      : resolve(cacheDir);
  return obtain(FILES, new FolderStore(folder), resolveMirrors(mirrors), options);
}
