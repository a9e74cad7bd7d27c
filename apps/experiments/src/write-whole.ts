import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** What {@link writeWhole} takes beside the file and its contents. */
interface WriteWholeOptions {
  /** Called when half of the temporary file is written. */
  atHalf?: () => void;
  /** Called when the temporary file is on the disk and not yet in its place: the last moment for what must be before. */
  beforeRename?: () => void;
  /** Waits until the disk has it, so that it outlives a power cut too. Default false. */
  durable?: boolean;
}

/** Writes a file by way of a temporary one beside it: a reader sees the old file, or the whole new one. */
export function writeWhole(
  path: string,
  contents: string | Uint8Array,
  { atHalf, beforeRename, durable = false }: WriteWholeOptions = {},
): void {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    const file = openSync(temporary, 'w');
    try {
      const bytes = typeof contents === 'string' ? Buffer.from(contents) : contents;
      const half = Math.ceil(bytes.length / 2);
      writeFileSync(file, bytes.subarray(0, half));
      atHalf?.();
      writeFileSync(file, bytes.subarray(half));
      if (durable) fsyncSync(file);
    } finally {
      closeSync(file);
    }
    beforeRename?.();
    renameSync(temporary, path);
  } catch (error) {
    try {
      rmSync(temporary, { force: true });
    } catch {
      // Where nothing can be written there may be nothing to remove; the first error says why.
    }
    throw error;
  }
  if (durable) syncFolder(dirname(path));
}

/** The rename itself is on the disk only with its folder. */
function syncFolder(path: string): void {
  // Windows opens no folders, and its renames are on the disk by themselves.
  if (process.platform === 'win32') return;
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
