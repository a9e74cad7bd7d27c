import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { RawFile } from './dataset.js';
import { errorCode, FashionMnistError, messageOf } from './errors.js';
import type { DataFile } from './files.js';
import type { Store } from './obtain.js';
import { publishedForm } from './published.js';
import { readEither } from './read-file.js';

const TEMPORARY = /^\.(train|t10k)-.*\.tmp$/;
const STALE_AFTER = 60 * 60 * 1000;

/**
 * A folder of published files, shared by any number of processes.
 *
 * Each write goes to a name of its own, reaches the disk, and only then takes the file's name in one step: a
 * file is there whole or not at all, whenever a process is killed, and two processes cannot mix their bytes.
 */
export class FolderStore implements Store {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  async read(file: DataFile): Promise<RawFile | null> {
    const found = await readEither(this.path, file);
    return found !== null && (await publishedForm(file, found.bytes)) !== null ? found : null;
  }

  async write(file: DataFile, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    const name = bytes.length === file.packed.size ? `${file.name}.gz` : file.name;
    const temporary = join(this.path, `.${name}.${randomUUID()}.tmp`);
    try {
      await mkdir(this.path, { recursive: true });
      await this.#removeStale();
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

  /** Removes what killed processes left; one that is at work has written within the last hour. */
  async #removeStale(): Promise<void> {
    for (const name of await readdir(this.path)) {
      if (!TEMPORARY.test(name)) continue;
      const path = join(this.path, name);
      const age = await stat(path).then(
        ({ mtimeMs }) => Date.now() - mtimeMs,
        () => 0,
      );
      if (age > STALE_AFTER) await rm(path, { force: true });
    }
  }
}

function unwritable(folder: string, name: string, size: number, error: unknown): FashionMnistError {
  const code = errorCode(error);
  const what =
    code === 'ENOSPC' || code === 'EDQUOT'
      ? `The disk is full: ${name} needs ${(size / 1e6).toFixed(1)} MB in ${folder}. Free some space`
      : `The cache folder ${folder} cannot be written (${messageOf(error)}). Make it writable`;
  return new FashionMnistError('unwritable', `${what}, or pass another folder as cacheDir.`, {
    cause: error,
  });
}
