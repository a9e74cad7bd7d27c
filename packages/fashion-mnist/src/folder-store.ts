import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { RawFile } from './dataset.js';
import { errorCode, FashionMnistError, messageOf } from './errors.js';
import type { DataFile } from './files.js';
import { makeFolder } from './make-folder.js';
import type { Store } from './obtain.js';
import { publishedForm } from './published.js';
import { readEither } from './read-file.js';
import { removeAbandoned, temporaryName } from './temporary.js';

/**
 * A folder of published files, shared by any number of processes.
 *
 * Each write goes to a name of its own, reaches the disk, and only then takes the file's name in one step: a
 * file is there whole or not at all, whenever a process is killed, and two processes cannot mix their bytes.
 */
export class FolderStore implements Store {
  readonly path: string;
  #tidied: Promise<void> | undefined;

  constructor(path: string) {
    this.path = path;
  }

  async read(file: DataFile): Promise<RawFile | null> {
    // Here and not where something is written: another process may have filled the cache since.
    this.#tidied ??= removeAbandoned(this.path);
    await this.#tidied;
    // What cannot be read is as good as not there: it can be downloaded.
    const found = await readEither(this.path, file).catch(() => null);
    return found !== null && (await publishedForm(file, found.bytes)) !== null ? found : null;
  }

  async write(file: DataFile, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    const name = bytes.length === file.packed.size ? `${file.name}.gz` : file.name;
    const temporary = join(this.path, temporaryName(name, randomUUID()));
    try {
      await makeFolder(this.path);
      const handle = await open(temporary, 'wx');
      try {
        await handle.writeFile(bytes);
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(temporary, join(this.path, name));
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => {});
      throw unwritable(this.path, name, bytes.length, error);
    }
  }
}

function unwritable(folder: string, name: string, size: number, error: unknown): FashionMnistError {
  const code = errorCode(error);
  const what =
    code === 'ENOSPC' || code === 'EDQUOT'
      ? `The disk is full: ${name} needs ${(size / 1e6).toFixed(1)} MB in ${folder}. Free some space`
      : `The cache folder ${folder} cannot be written (${messageOf(error)}). Make it writable`;
  return new FashionMnistError(
    'unwritable',
    `${what}, or choose another folder by cacheDir or, on Linux, by the variable XDG_CACHE_HOME. ` +
      'Until then Fashion-MNIST is downloaded at each start.',
    { cause: error },
  );
}
