import { statSync } from 'node:fs';
import { printable } from '@trainkit/checks';

/**
 * Expects a file or a folder of the cache to be one where something has its path. The system's own
 * error names no path: `EISDIR: illegal operation on a directory, read`.
 *
 * @throws Error that names the path and the correction
 */
export function checkKind(path: string, expected: 'file' | 'folder'): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined || found.isDirectory() === (expected === 'folder')) return;
  const received = found.isDirectory() ? 'folder' : 'file';
  throw new Error(
    `${printable(path)} is a ${received}; expected a ${expected}. Remove it: what belongs there is made again.`,
  );
}
