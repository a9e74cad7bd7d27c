import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { errorCode } from '../error.js';
import { printable } from '../show.js';

/** The two functions of `node:fs` that create folders, for tests and for other file systems. */
export interface FolderMaker {
  /** Creates one folder; throws if its parent is missing. */
  mkdirSync(path: string): unknown;
  /** Returns undefined if nothing has this path. */
  statSync(path: string, mode: { throwIfNoEntry: false }): { isDirectory(): boolean } | undefined;
}

/**
 * Creates a folder and all folders above it. An existing folder is unchanged.
 *
 * The trap: `mkdir`'s own `recursive` loops forever under /proc, where nothing can be created.
 *
 * @throws Error if a file has the folder's name, or if the folder cannot be created
 */
export function makeFolder(path: string, files: FolderMaker = { mkdirSync, statSync }): void {
  const isFolder = isFolderAt(path, files);
  if (isFolder) return;
  if (isFolder === false)
    throw new Error(
      `The folder ${printable(path)} cannot be made: a file has its name. Name another folder.`,
    );
  const parent = dirname(path);
  if (parent !== path) makeFolder(parent, files);
  try {
    files.mkdirSync(path);
  } catch (error) {
    // Another process may have created it in between.
    if (isFolderAt(path, files)) return;
    // Under /proc and on disconnected drives, mkdir reports the parent as missing although it
    // exists.
    if (errorCode(error) === 'EEXIST')
      throw new Error(
        `The folder ${printable(path)} cannot be made: a broken link has its name. Mount its disk, or name another folder.`,
        { cause: error },
      );
    throw errorCode(error) === 'ENOENT'
      ? new Error(
          `The folder ${printable(path)} cannot be made: nothing can be made in ${printable(parent)}. Name another folder.`,
          {
            cause: error,
          },
        )
      : error;
  }
}

/** Returns undefined if nothing has this path. */
function isFolderAt(path: string, files: FolderMaker): boolean | undefined {
  try {
    return files.statSync(path, { throwIfNoEntry: false })?.isDirectory();
  } catch (error) {
    // Nothing exists below a file; some versions of Node throw there.
    if (errorCode(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}
