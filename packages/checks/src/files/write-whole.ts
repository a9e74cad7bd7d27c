import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { checkOptions, type OptionNames } from '../options.js';
import { temporaryName } from './temporary.js';

/** Options of {@link writeWhole}. */
export interface WriteWholeOptions {
  /** Called after half of the temporary file is written, for tests that kill the process there. */
  atHalf?: (() => void) | undefined;
  /** Called after the temporary file is on the disk and before it is renamed. */
  beforeRename?: (() => void) | undefined;
  /**
   * True to wait until the file and its name are on the disk, so that they survive a power failure.
   * Default false.
   */
  durable?: boolean | undefined;
}

const WRITE_WHOLE: OptionNames<WriteWholeOptions> = { atHalf: true, beforeRename: true, durable: true };

/**
 * Writes a file atomically through a temporary one beside it: a reader sees either the old or the
 * new contents.
 *
 * If it throws, the old file is unchanged and the temporary one is removed. A killed process can
 * leave a temporary file: `sweepTemporary` removes it later.
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
      // If nothing can be written, there may be nothing to remove; the first error gives the
      // reason.
    }
    throw error;
  }
  if (durable) syncFolder(dirname(path));
}

/** Syncs the folder, since the rename itself is on the disk only after that. */
function syncFolder(path: string): void {
  // Windows cannot open folders, and writes renames to the disk by itself.
  if (process.platform === 'win32') return;
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
