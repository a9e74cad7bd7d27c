import { renameSync, rmSync, writeFileSync } from 'node:fs';

/** Writes a file by way of a temporary one beside it: a reader sees the old file, or the whole new one. */
export function writeWhole(path: string, text: string): void {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(temporary, text);
    renameSync(temporary, path);
  } catch (error) {
    try {
      rmSync(temporary, { force: true });
    } catch {
      // Where nothing can be written there may be nothing to remove; the first error says why.
    }
    throw error;
  }
}
