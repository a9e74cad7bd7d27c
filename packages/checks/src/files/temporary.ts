import { randomBytes } from 'node:crypto';
import { readdirSync, rmSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { errorCode } from '../error.js';
import { checkOptions, type OptionNames } from '../options.js';

const PATTERN = /^\.(.+)\.tmp-(.+)-(\d+)-[0-9a-f]{8}$/;

/**
 * A name for a file or folder that is being written: `.name.tmp-HOST-PID-RANDOM`. It contains its
 * owner, so that {@link sweepTemporary} removes files of killed processes and keeps those of
 * running ones.
 */
export function temporaryName(name: string): string {
  return `.${name}.tmp-${hostname()}-${process.pid}-${randomBytes(4).toString('hex')}`;
}

/** Options of {@link sweepTemporary}. */
export interface SweepOptions {
  /** Selects temporary files by the name of their file. Default: all. */
  accepts?: ((name: string) => boolean) | undefined;
  /**
   * The age in milliseconds from which those of other machines are removed, whose processes are not
   * visible. Default one day.
   */
  staleAfter?: number | undefined;
}

const SWEEP: OptionNames<SweepOptions> = { accepts: true, staleAfter: true };

/**
 * Removes the temporary files and folders of killed processes from `folder`: those of this machine
 * whose process has ended, and those of other machines that were not written for a day.
 *
 * It never throws, since remaining files do no harm.
 */
export function sweepTemporary(folder: string, options: SweepOptions = {}): void {
  const { accepts = () => true, staleAfter = 24 * 60 * 60 * 1000 } = checkOptions(
    'sweepTemporary',
    options,
    SWEEP,
  );
  for (const entry of entriesOf(folder)) {
    const [, name = '', host, pid] = PATTERN.exec(entry) ?? [];
    if (pid === undefined || !accepts(name)) continue;
    const path = join(folder, entry);
    const isGone = host === hostname() ? !isProcessRunning(Number(pid)) : ageOf(path) > staleAfter;
    if (!isGone) continue;
    try {
      rmSync(path, { recursive: true, force: true });
    } catch {
      // The file stays, and does no harm.
    }
  }
}

/** Returns true if a process of this machine has the id, also one of another user. */
export function isProcessRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function ageOf(path: string): number {
  try {
    return Date.now() - statSync(path).mtimeMs;
  } catch {
    return 0;
  }
}
