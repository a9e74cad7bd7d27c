import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from '@trainkit/checks';
import { checkRegular } from '@trainkit/checks/files';
import type { RawFile } from './decode.js';
import { FashionMnistError, messageOf } from './errors.js';
import type { DataFile } from './files.js';
import { LARGEST } from './gunzip.js';

/**
 * A data file of a folder as `.gz`, else unpacked, else null. The packed one has a checksum, so it
 * comes first.
 */
export async function readEither(folder: string, { name }: DataFile): Promise<RawFile | null> {
  return (await readIfPresent(join(folder, `${name}.gz`))) ?? readIfPresent(join(folder, name));
}

/**
 * The bytes of a file, or null if nothing has its path.
 *
 * @throws FashionMnistError `damaged` if it cannot be read, is larger than any file of the set
 *   could be, or is endless: a device, a pipe
 */
export async function readIfPresent(path: string): Promise<RawFile | null> {
  try {
    const found = await stat(path);
    checkRegular(path, found);
    if (found.size > LARGEST)
      throw new Error(`it has ${found.size} bytes; at most ${LARGEST} are read. Split the file.`);
    return { bytes: await readFile(path), origin: path };
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw new FashionMnistError(
      'damaged',
      `${path} cannot be read: ${messageOf(error).replace(/\.$/, '')}.`,
      { cause: error },
    );
  }
}
