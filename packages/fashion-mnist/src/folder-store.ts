import { join, resolve } from 'node:path';
import { errorCode } from '@trainkit/checks';
import { makeFolder, sweepTemporary, writeWhole } from '@trainkit/checks/files';
import type { RawFile } from './decode.js';
import { FashionMnistError, messageOf } from './errors.js';
import type { DataFile } from './files.js';
import type { Store } from './obtain.js';
import { publishedForm } from './published.js';
import { readEither } from './read-file.js';

/**
 * The time in milliseconds without a write after which temporary files of other machines are
 * removed: an hour.
 */
const STALE_AFTER = 60 * 60 * 1000;

/**
 * A folder of published files, shared by any number of processes.
 *
 * Each write goes to a temporary file, reaches the disk, and is then renamed. So a file is either
 * complete or missing whenever a process is killed, and two processes cannot mix their bytes.
 */
export class FolderStore implements Store {
  readonly path: string;
  #isSwept = false;

  constructor(path: string) {
    // Absolute, since the program may change its folder between a download and its write.
    this.path = resolve(path);
  }

  async read(file: DataFile): Promise<RawFile | null> {
    // Checked here and not before a write: another process may have filled the cache since.
    if (!this.#isSwept) {
      this.#isSwept = true;
      sweepTemporary(this.path, { accepts: (name) => /^(train|t10k)-/.test(name), staleAfter: STALE_AFTER });
    }
    // A file that cannot be read counts as missing, since it can be downloaded.
    const found = await readEither(this.path, file).catch(() => null);
    return found !== null && (await publishedForm(file, found.bytes)) !== null ? found : null;
  }

  async write(file: DataFile, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    const name = bytes.length === file.packed.size ? `${file.name}.gz` : file.name;
    try {
      makeFolder(this.path);
      writeWhole(join(this.path, name), bytes, { durable: true });
    } catch (error) {
      throw unwritable(this.path, name, bytes.length, error);
    }
  }
}

function unwritable(folder: string, name: string, size: number, error: unknown): FashionMnistError {
  const code = errorCode(error);
  const what =
    code === 'ENOSPC' || code === 'EDQUOT'
      ? `The disk is full: ${name} needs ${(size / 1e6).toFixed(1)} MB in ${folder}. Free some space`
      : `The cache folder ${folder} cannot be written (${messageOf(error).replace(/\.$/, '')}). Make it writable`;
  return new FashionMnistError(
    'unwritable',
    `${what}, or choose another folder by cacheDir or, on Linux, by the variable XDG_CACHE_HOME. ` +
      'Until then Fashion-MNIST is downloaded at each start.',
    { cause: error },
  );
}
