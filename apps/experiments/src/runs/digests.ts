import { createHash } from 'node:crypto';
import { readRegularFile } from '@trainkit/checks/files';
import { isThere } from './files.js';

/** The SHA-256 of a file; null where there is none. */
export function digestOfFile(path: string): string | null {
  return isThere(path) ? createHash('sha256').update(readRegularFile(path)).digest('hex') : null;
}
