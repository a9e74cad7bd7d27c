import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isThere } from './files.js';

/** The SHA-256 of a file; null where there is none. */
export function digestOfFile(path: string): string | null {
  return isThere(path) ? createHash('sha256').update(readFileSync(path)).digest('hex') : null;
}

/** The SHA-256 of plain JSON, whatever the order of its keys. */
export function digestOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value, inOrder)).digest('hex');
}

function inOrder(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
