import { createHash } from 'node:crypto';
import { readRegularFile } from '@trainkit/checks/files';
import { isThere } from './files.js';

/** Returns the SHA-256 of a file; null if the file does not exist. */
export function digestOfFile(path: string): string | null {
  return isThere(path) ? createHash('sha256').update(readRegularFile(path)).digest('hex') : null;
}
