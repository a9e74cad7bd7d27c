import { mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorCode } from '@trainkit/checks';
import { isProcessRunning, temporaryName } from '@trainkit/checks/files';
import { checkKind } from './check-kind.js';

/** The intervals at which a waiting process looks, and an owner shows that it is alive. */
const LOOK_EVERY_MS = 100;
const BEAT_EVERY_MS = 5_000;

/** An owner that shows no life for a minute has ended on another machine, or hangs. */
const STALE_MS = 60_000;

const OWNER = 'owner';

/** Options of {@link exclusively}. */
export interface ExclusiveOptions {
  /** Returns false where there is nothing left to do; asked again after each wait. */
  isNeeded: () => boolean;
  /** Called once, before the first wait for another process. */
  onWait?: (() => void) | undefined;
  /** Ends a wait when it aborts. */
  signal?: AbortSignal | undefined;
}

/**
 * Runs `body` while no other process runs one for the same `lock`, as long as it is needed.
 *
 * The lock is a folder with its owner's machine and process in it. It appears with its owner in one
 * step, by a rename. A lock whose owner has ended is taken over. Three processes that do so at the
 * same moment may leave two owners, so `body` publishes its result whole.
 */
export async function exclusively(
  lock: string,
  { isNeeded, onWait, signal }: ExclusiveOptions,
  body: () => Promise<void>,
): Promise<void> {
  for (let waited = false; isNeeded(); waited = true) {
    signal?.throwIfAborted();
    if (acquire(lock)) {
      const beat = setInterval(() => touch(join(lock, OWNER)), BEAT_EVERY_MS);
      beat.unref();
      try {
        // Its last owner may have ended in between, and done the work.
        if (isNeeded()) await body();
      } finally {
        clearInterval(beat);
        release(lock);
      }
      return;
    }
    if (!waited) onWait?.();
    removeIfStale(lock);
    await sleep(LOOK_EVERY_MS, undefined, signal ? { signal } : {}).catch(() => {});
  }
}

function owner(): string {
  return JSON.stringify({ host: hostname(), pid: process.pid });
}

/** Renaming a folder onto one that is not empty fails: who succeeds owns the lock. */
function acquire(lock: string): boolean {
  const own = beside(lock);
  mkdirSync(own);
  writeFileSync(join(own, OWNER), owner());
  try {
    renameSync(own, lock);
    return true;
  } catch (error) {
    rmSync(own, { recursive: true, force: true });
    checkKind(lock, 'folder');
    // Windows says EPERM where the folder is there.
    if (['ENOTEMPTY', 'EEXIST', 'EPERM'].includes(errorCode(error) ?? '')) return false;
    throw error;
  }
}

/** Moved away first: an empty folder in its place would be taken for no lock. */
function release(lock: string): void {
  if (readOwner(lock) === owner()) moveAway(lock, owner());
}

function removeIfStale(lock: string): void {
  const found = readOwner(lock);
  if (found !== undefined && isStale(lock, found)) moveAway(lock, found);
}

function isStale(lock: string, text: string): boolean {
  const { host, pid } = parseOwner(text);
  if (host === hostname() && pid !== undefined && !isProcessRunning(pid)) return true;
  const beat = statSync(join(lock, OWNER), { throwIfNoEntry: false })?.mtimeMs;
  return beat !== undefined && Date.now() - beat > STALE_MS;
}

function parseOwner(text: string): { host?: string; pid?: number } {
  try {
    return JSON.parse(text) as { host?: string; pid?: number };
  } catch {
    return {};
  }
}

function readOwner(lock: string): string | undefined {
  try {
    return readFileSync(join(lock, OWNER), 'utf8');
  } catch {
    return undefined;
  }
}

function moveAway(lock: string, expected: string): void {
  const away = beside(lock);
  try {
    renameSync(lock, away);
    // Another process may have taken the lock over since its owner was read: it gets it back.
    if (readOwner(away) !== expected) renameSync(away, lock);
  } catch {
    // Another process was faster.
  }
  rmSync(away, { recursive: true, force: true });
}

function beside(lock: string): string {
  return join(dirname(lock), temporaryName(basename(lock)));
}

function touch(path: string): void {
  try {
    utimesSync(path, new Date(), new Date());
  } catch {
    // Another process took the lock over; it publishes the same result.
  }
}
