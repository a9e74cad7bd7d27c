import type { Stats } from 'node:fs';
import { dirname } from 'node:path';
import type { FileSystem } from './file-system.js';

/**
 * Makes a folder with all folders above it; one that is there is fine.
 *
 * Not by mkdir's own `recursive`: under /proc, where nothing can be made, that never returns.
 */
export function makeFolder(path: string, files: FileSystem): void {
  const there = stat(path, files);
  if (there?.isDirectory()) return;
  if (there !== undefined) throw new Error(`The folder ${path} cannot be made: a file has its name.`);
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
  return stat(path, files)?.isDirectory() ?? false;
}

/** What is at a path. Below a file there is nothing: some versions of Node say so, others throw. */
function stat(path: string, files: FileSystem): Stats | undefined {
  try {
    return files.statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOTDIR') return undefined;
    throw error;
  }
}

/** What mkdir says under /proc and on a drive that is not there: of a parent, which is no news, that it is missing. */
function nothingIsMadeThere(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
