import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { errorCode } from '../error.js';
import { printable } from '../show.js';

/** The two functions of `node:fs` that make folders, for tests and for file systems of one's own. */
export interface FolderMaker {
  /** Makes one folder; throws where its parent is missing. */
  mkdirSync(path: string): unknown;
  /** Returns undefined where nothing has this path. */
  statSync(path: string, mode: { throwIfNoEntry: false }): { isDirectory(): boolean } | undefined;
}

/**
 * Makes a folder and all folders above it. A folder that exists is left as it is.
 *
 * The trap: `mkdir`'s own `recursive` loops without end under /proc, where nothing can be made.
 *
 * @throws Error where a file has the folder's name, or where nothing can be made
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
    // Another process may have made it in between.
    if (isFolderAt(path, files)) return;
    // Under /proc and on drives that are gone, mkdir reports the parent as missing, though it exists.
    if (errorCode(error) === 'EEXIST')
      throw new Error(
        `The folder ${printable(path)} cannot be made: a link that leads to nothing has its name. Mount its disk, or name another folder.`,
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

/** Returns undefined where nothing has this path. */
function isFolderAt(path: string, files: FolderMaker): boolean | undefined {
  try {
    return files.statSync(path, { throwIfNoEntry: false })?.isDirectory();
  } catch (error) {
    // Below a file nothing exists; some versions of Node throw there.
    if (errorCode(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}
