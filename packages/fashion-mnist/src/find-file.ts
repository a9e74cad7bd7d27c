import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from '@trainkit/checks';
import type { RawFile } from './decode.js';
import type { DataFile } from './files.js';
import { readIfPresent } from './read-file.js';

/**
 * A data file of a folder as people have it, or null. The first that exists of these is taken, `.gz` before unpacked,
 * since that has a checksum:
 *
 * 1. `train-images-idx3-ubyte`, as published
 * 2. `train-images.idx3-ubyte`, as some archives name it
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

/** Returns true where the folder has CSV files: a form of the data that is not read. */
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
    // What cannot be looked at is read, so that the error names it.
    if (errorCode(error) === undefined) throw error;
    return false;
  }
}
