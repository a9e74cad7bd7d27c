import { randomBytes } from 'node:crypto';
import { closeSync, linkSync, openSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { errorCode, errorReason, parseJson } from '@trainkit/checks';
import { isProcessRunning, readRegularFile, temporaryName } from '@trainkit/checks/files';
import { RunError } from '../runs/run-error.js';
import { startHeartbeat } from './heartbeat.js';
import { processStart, systemIdentity } from './process-identity.js';

/** The interval in milliseconds at which the holder of a lock updates it. */
const HEARTBEAT_EVERY = 15_000;

/**
 * The time in milliseconds without an update after which a lock of another machine is stale; a step
 * may take minutes.
 */
const STALE_AFTER = 300_000;

/** The same time for another thread of this process. */
const THREAD_STALE_AFTER = 3 * HEARTBEAT_EVERY;

/** The time in milliseconds in which an unsigned lock counts as one that is being created. */
const UNSIGNED_FOR = 5_000;

/** The process that holds a lock. */
interface Holder {
  pid: number;
  host: string;
  /** Distinguishes two locks of one process, and a process from an earlier one with the same id. */
  token: string;
  /** The system to which the process id belongs; two containers may have the same host name. */
  system?: string | undefined;
  /** The start of the process, which distinguishes it from a later one with the same id. */
  started?: string | undefined;
}

/** A lock that this process holds. */
export interface Lock {
  /** Throws if another process has taken the lock meanwhile. */
  check(): void;
  /** Releases the lock. */
  release(): void;
}

/** Options of {@link takeLock}, for tests. */
export interface LockOptions {
  heartbeatEvery?: number | undefined;
  staleAfter?: number | undefined;
}

/** The tokens of this process's locks, by path; released at its end. */
const held = new Map<string, string>();

/**
 * Takes a lock file, which one process holds at a time.
 *
 * A lock is stale if its process has ended on this machine. A lock of another machine or container
 * is stale if it was not updated for five minutes, compared with the time of a newly written file,
 * so that both times are by the file server's clock. A separate thread updates the lock, so a long
 * step does not make it stale. A process that was suspended for longer has lost the lock; `check`
 * reports this before it writes.
 *
 * @param what the name of the locked object in errors
 * @throws RunError naming the process that holds it
 */
export function takeLock(path: string, what: string, options: LockOptions = {}): Lock {
  const { heartbeatEvery = HEARTBEAT_EVERY, staleAfter = STALE_AFTER } = options;
  const holder: Holder = {
    pid: process.pid,
    host: hostname(),
    token: randomBytes(8).toString('hex'),
    system: systemIdentity(),
    started: processStart(process.pid),
  };
  while (!create(path, holder)) {
    const other = holderOf(path);
    if (isHeld(path, other, staleAfter)) throw heldError(path, what, other);
    setAside(path, staleAfter);
  }
  if (held.size === 0) process.on('exit', releaseAll);
  held.set(path, holder.token);
  const stopHeartbeat = startHeartbeat(path, JSON.stringify(holder), heartbeatEvery);
  return {
    check: () => {
      const now = holderOf(path);
      if (now?.token === holder.token) return;
      // A lock that somebody removed is taken again, if nobody holds it.
      if (now === null && create(path, holder)) return;
      throw new RunError(
        'locked',
        `${what} was taken by ${now === null ? 'another process' : describe(now)} while this process had it.`,
        'Look for two programs that train in one folder.',
      );
    },
    release: () => {
      stopHeartbeat();
      release(path, holder.token);
    },
  };
}

/** Creates the lock; returns true if it was free and now belongs to this process. */
function create(path: string, holder: Holder): boolean {
  const signed = join(dirname(path), temporaryName(basename(path)));
  try {
    // A link is created together with its contents, so a process that is killed here leaves no
    // unsigned lock.
    writeFileSync(signed, JSON.stringify(holder));
    linkSync(signed, path);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    return createUnsigned(path, holder);
  } finally {
    remove(signed);
  }
}

/** The same on file systems without links: the lock is created and then signed. */
function createUnsigned(path: string, holder: Holder): boolean {
  try {
    const file = openSync(path, 'wx');
    try {
      writeFileSync(file, JSON.stringify(holder));
    } catch (error) {
      // A lock that could not be signed, on a full disk, would block everybody for a while.
      remove(path);
      throw error;
    } finally {
      closeSync(file);
    }
    return true;
  } catch (cause) {
    if (errorCode(cause) === 'EEXIST') return false;
    throw new RunError(
      'write',
      `The lock ${path} cannot be made: ${errorReason(cause)}.`,
      'Name another folder.',
      {
        cause,
      },
    );
  }
}

/**
 * The process that signed the lock; null if it is unsigned or gone.
 *
 * @throws RunError if it cannot be read, since a lock that a server does not show for a moment is
 *   not stale
 */
function holderOf(path: string): Holder | null {
  const text = readLock(path);
  try {
    const holder: unknown = parseJson(text);
    return isHolder(holder) ? holder : null;
  } catch {
    return null;
  }
}

function readLock(path: string): string {
  try {
    return new TextDecoder().decode(readRegularFile(path));
  } catch (cause) {
    if (errorCode(cause) === 'ENOENT') return '';
    throw unreadable(path, cause);
  }
}

function isHolder(value: unknown): value is Holder {
  if (typeof value !== 'object' || value === null) return false;
  const { pid, host, token }: { pid?: unknown; host?: unknown; token?: unknown } = value;
  return Number.isSafeInteger(pid) && typeof host === 'string' && typeof token === 'string';
}

function isHeld(path: string, holder: Holder | null, staleAfter: number): boolean {
  if (holder === null) {
    const age = ageOf(path);
    // In either direction: a time in the future is not younger.
    return age !== null && Math.abs(age) < UNSIGNED_FOR;
  }
  const isHere = holder.host === hostname() && (holder.system ?? systemIdentity()) === systemIdentity();
  if (!isHere) {
    const age = ageOf(path);
    return age !== null && age < staleAfter;
  }
  if (holder.pid === process.pid) {
    if ([...held.values()].includes(holder.token)) return true;
    if (holder.started === undefined || holder.started !== processStart(holder.pid)) return false;
    // Another thread of this process updates its lock; one that was terminated does not.
    const age = ageOf(path);
    return age !== null && age < Math.min(staleAfter, THREAD_STALE_AFTER);
  }
  if (!isProcessRunning(holder.pid)) return false;
  return holder.started === undefined || holder.started === processStart(holder.pid);
}

/**
 * The age of the file in milliseconds, by the clock of its file system; null if the file is gone.
 */
function ageOf(path: string): number | null {
  const written = writtenAt(path);
  if (written === null) return null;
  const probe = join(dirname(path), temporaryName(basename(path)));
  try {
    writeFileSync(probe, '');
    return statSync(probe).mtimeMs - written;
  } catch {
    return Date.now() - written;
  } finally {
    remove(probe);
  }
}

function writtenAt(path: string): number | null {
  try {
    return statSync(path).mtimeMs;
  } catch (cause) {
    if (errorCode(cause) === 'ENOENT') return null;
    throw unreadable(path, cause);
  }
}

function unreadable(path: string, cause: unknown): RunError {
  return new RunError(
    'read',
    `The lock ${path} cannot be read: ${errorReason(cause)}.`,
    'Make it readable, or name another folder.',
    { cause },
  );
}

/**
 * Removes a stale lock, and restores it if another process has replaced it by a live one in
 * between.
 */
function setAside(path: string, staleAfter: number): void {
  // A temporary name, which is removed later if this process is killed in between.
  const aside = join(dirname(path), temporaryName(basename(path)));
  try {
    renameSync(path, aside);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return;
    throw new RunError(
      'locked',
      `The stale lock ${path} cannot be removed: ${errorReason(error)}.`,
      'Remove it by hand.',
      { cause: error },
    );
  }
  if (isHeld(aside, holderOf(aside), staleAfter)) renameSync(aside, path);
  else remove(aside);
}

function heldError(path: string, what: string, holder: Holder | null): RunError {
  return new RunError(
    'locked',
    `${what} is in use by ${holder === null ? 'another process' : describe(holder)}.`,
    `Wait for it, or name another folder; if that process is no training, remove ${path}.`,
  );
}

function describe({ pid, host }: Holder): string {
  return `process ${pid} on ${host}`;
}

function release(path: string, token: string): void {
  if (held.get(path) === token) held.delete(path);
  if (held.size === 0) process.off('exit', releaseAll);
  try {
    // The lock of a process that took it meanwhile stays.
    if (holderOf(path)?.token === token) remove(path);
  } catch {
    // The lock is stale as soon as this process has ended.
  }
}

function releaseAll(): void {
  for (const [path, token] of [...held]) release(path, token);
}

function remove(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // The lock is stale as soon as this process has ended.
  }
}
