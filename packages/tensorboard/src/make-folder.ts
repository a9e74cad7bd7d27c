import { dirname } from 'node:path';
import type { FileSystem } from './file-system.js';

/**
 * Makes a folder with all folders above it; one that is there is fine.
 *
 * Not by mkdir's own `recursive`: under /proc, where nothing can be made, that never returns.
 */
export function makeFolder(path: string, files: FileSystem): void {
  if (isFolder(path, files)) return;
  const parent = dirname(path);
  if (parent !== path) makeFolder(parent, files);
  try {
    files.mkdirSync(path);
  } catch (error) {
    // Another process may have made it in between.
    if (isFolder(path, files)) return;
    throw nothingIsMadeThere(error)
      ? new Error(`The folder ${path} cannot be made: nothing can be made in ${parent}.`, { cause: error })
      : error;
  }
}

function isFolder(path: string, files: FileSystem): boolean {
  return files.statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** What mkdir says under /proc and on a drive that is not there: of a parent, which is no news, that it is missing. */
function nothingIsMadeThere(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
