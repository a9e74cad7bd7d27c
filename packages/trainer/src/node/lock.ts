import { randomBytes } from 'node:crypto';
import { closeSync, linkSync, openSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { errorCode, errorMessage, parseJson } from '@trainkit/checks';
import { isProcessRunning, readRegularFile, temporaryName } from '@trainkit/checks/files';
import { RunError } from '../runs/run-error.js';
import { startHeartbeat } from './heartbeat.js';
import { processStart, systemIdentity } from './process-identity.js';

/** Milliseconds between two signs of life that the holder of a lock gives. */
const HEARTBEAT_EVERY = 15_000;

/** Milliseconds without a sign of life after which a lock of another machine counts for nothing: a step may take minutes. */
const STALE_AFTER = 300_000;

/** The same for another thread of this process. */
const THREAD_STALE_AFTER = 3 * HEARTBEAT_EVERY;

/** Milliseconds in which a lock that nobody has signed is one that is being made. */
const UNSIGNED_FOR = 5_000;

/** The process that has a lock. */
interface Holder {
  pid: number;
  host: string;
  /** Tells two locks of one process from each other, and a process from an earlier one of its number. */
  token: string;
  /** The system in which the number is the process's: two containers may have one host name. */
  system?: string | undefined;
  /** The start of the process, which tells it from a later one of its number. */
  started?: string | undefined;
}

/** A lock that this process has. */
export interface Lock {
  /** Throws where another process has taken the lock meanwhile. */
  check(): void;
  /** Gives it back. */
  release(): void;
}

/** Options of {@link takeLock}, for tests. */
export interface LockOptions {
  heartbeatEvery?: number | undefined;
  staleAfter?: number | undefined;
}

/** The tokens of this process's locks, by path: given back at its end. */
const held = new Map<string, string>();

/**
 * Takes a lock file, which one process has at a time.
 *
 * A lock counts for nothing where its process has ended on this machine, or where a process on another machine, or in
 * another container, has given no sign of life for five minutes: its file's time then is older than that of a file that is
 * written now, both by the file server's clock. Signs of life come from a thread of their own, so a long step is no death.
 * A process that was suspended for longer has lost the lock, and learns it from `check` before it writes.
 *
 * @param what names the locked thing in errors
 * @throws RunError naming the process that has it
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
      // A lock that somebody removed is taken again, where nobody has it.
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

/** Returns true where the lock was free and is now this process's. */
function create(path: string, holder: Holder): boolean {
  const signed = join(dirname(path), temporaryName(basename(path)));
  try {
    // A link comes with its contents: a process that is killed here leaves no lock that nobody has signed.
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

/** The same where there are no links: the lock is made and then signed. */
function createUnsigned(path: string, holder: Holder): boolean {
  try {
    const file = openSync(path, 'wx');
    try {
      writeFileSync(file, JSON.stringify(holder));
    } catch (error) {
      // A lock that nobody could sign, on a full disk, would keep everybody out for a while.
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
      `The lock ${path} cannot be made: ${errorMessage(cause)}.`,
      'Name another folder.',
      {
        cause,
      },
    );
  }
}

/**
 * The process that signed the lock; null where nobody has, or it is gone.
 *
 * @throws RunError where it cannot be read: a lock that a server does not show for a moment is no dead one
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
    // Either way: a time in the future is no younger for it.
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
    // Another thread of this process gives signs of life; one that was terminated gives none.
    const age = ageOf(path);
    return age !== null && age < Math.min(staleAfter, THREAD_STALE_AFTER);
  }
  if (!isProcessRunning(holder.pid)) return false;
  return holder.started === undefined || holder.started === processStart(holder.pid);
}

/** Milliseconds since the file was written, by the clock of whoever keeps its time; null where it is gone. */
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
    `The lock ${path} cannot be read: ${errorMessage(cause)}.`,
    'Make it readable, or name another folder.',
    { cause },
  );
}

/** Takes a dead lock away, and puts it back where another process has replaced it by a live one in between. */
function setAside(path: string, staleAfter: number): void {
  // A name that is swept, where this process is killed in between.
  const aside = join(dirname(path), temporaryName(basename(path)));
  try {
    renameSync(path, aside);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return;
    throw new RunError(
      'locked',
      `The dead lock ${path} cannot be removed: ${errorMessage(error)}.`,
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
    // Not the lock of a process that took it meanwhile.
    if (holderOf(path)?.token === token) remove(path);
  } catch {
    // It is dead with this process.
  }
}

function releaseAll(): void {
  for (const [path, token] of [...held]) release(path, token);
}

function remove(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // It is dead with this process, whoever finds it.
  }
}
