import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a folder with all folders above it; one that is there is fine.
 *
 * Not by mkdir's own `recursive`: under /proc, where nothing can be made, that loops without end.
 */
export function makeFolder(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return;
  const parent = dirname(path);
  if (parent !== path) makeFolder(parent);
  try {
    mkdirSync(path);
  } catch (error) {
    // Another process may have made it in between.
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return;
    throw nothingIsMadeThere(error)
      ? new Error(`nothing can be made in ${parent}, which is no place for files`, { cause: error })
      : error;
  }
}

/** What mkdir says under /proc, and reads like a lie of a parent that is there: ENOENT, no such file or directory. */
function nothingIsMadeThere(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
