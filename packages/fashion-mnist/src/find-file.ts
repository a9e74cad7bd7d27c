import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from '@trainkit/checks';
import type { RawFile } from './decode.js';
import type { DataFile } from './files.js';
import { readIfPresent } from './read-file.js';

/**
 * A data file of a folder in one of the usual layouts, or null. The first existing one of these is
 * used, `.gz` before unpacked, since it has a checksum:
 *
 * 1. `train-images-idx3-ubyte`, as published
 * 2. `train-images.idx3-ubyte`, its name in some archives
 * 3. a folder of one of these names with the file in it, as Kaggle unpacks it
 */
export async function findFile(folder: string, { name }: DataFile): Promise<RawFile | null> {
  const dotted = name.replace(/-(idx\d-ubyte)$/, '.$1');
  const names = [`${name}.gz`, name, `${dotted}.gz`, dotted];
  const folders: string[] = [];
  for (const path of names.map((own) => join(folder, own))) {
    if (await isFolder(path)) folders.push(path);
    else {
      const file = await readIfPresent(path);
      if (file !== null) return file;
    }
  }
  for (const path of folders.flatMap((inner) => names.map((own) => join(inner, own)))) {
    const file = (await isFolder(path)) ? null : await readIfPresent(path);
    if (file !== null) return file;
  }
  return null;
}

/** True if the folder has CSV files, a format of the data that is not supported. */
export async function hasCsvFiles(folder: string): Promise<boolean> {
  return readdir(folder).then(
    (names) => names.some((name) => name.toLowerCase().endsWith('.csv')),
    () => false,
  );
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    // A path that cannot be inspected is read, so that the error names it.
    if (errorCode(error) === undefined) throw error;
    return false;
  }
}
