import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { checkOptions, type OptionNames } from '../options.js';
import { temporaryName } from './temporary.js';

/** Options of {@link writeWhole}. */
export interface WriteWholeOptions {
  /** Called when half of the temporary file is written: for tests that kill the process there. */
  atHalf?: (() => void) | undefined;
  /** Called when the temporary file is on the disk and not yet renamed. */
  beforeRename?: (() => void) | undefined;
  /** Waits until the disk has the file and its name, so that they outlive a power cut. Default false. */
  durable?: boolean | undefined;
}

const WRITE_WHOLE: OptionNames<WriteWholeOptions> = { atHalf: true, beforeRename: true, durable: true };

/**
 * Writes a file through a temporary one beside it, so that a reader sees the old contents or the new ones, whole.
 *
 * If it throws, the old file is untouched and the temporary one is gone. A killed process can leave a temporary file:
 * `sweepTemporary` removes it later.
 */
export function writeWhole(
  path: string,
  contents: string | Uint8Array,
  options: WriteWholeOptions = {},
): void {
  const { atHalf, beforeRename, durable = false } = checkOptions('writeWhole', options, WRITE_WHOLE);
  const temporary = join(dirname(path), temporaryName(basename(path)));
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
