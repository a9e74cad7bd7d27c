import { closeSync, openSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { errorCode, errorMessage } from '@trainkit/checks';
import { z } from 'zod';
import { UserError } from '../terminal/user-error.js';

const holderSchema = z.object({ pid: z.int().positive(), host: z.string() });

/** Who has a lock. */
type Holder = z.infer<typeof holderSchema>;

/** A lock that does not say yet whose it is was made a moment ago, or by a process that was killed at that moment. */
const UNSIGNED_FOR_MS = 5000;

/** The locks of this process: given back at its end, and told from those of an earlier process of the same number. */
const held = new Set<string>();
process.on('exit', () => {
  for (const path of held) remove(path);
});

/**
 * Takes a lock file, which one process has at a time; what it returns gives it back, and so does the end of the process.
 *
 * A lock whose process has ended on this machine (killed, power lost) counts for nothing and is replaced.
 *
 * @param what names in errors what is locked
 * @throws UserError naming the process that holds it
 */
export function takeLock(path: string, what: string): () => void {
  while (!create(path)) {
    const holder = holderOf(path);
    if (isHeld(path, holder)) throw new UserError(heldMessage(path, what, holder));
    setAside(path);
  }
  held.add(path);
  return () => {
    held.delete(path);
    remove(path);
  };
}

/** Whether the lock was free and is now this process's. */
function create(path: string): boolean {
  try {
    const file = openSync(path, 'wx');
    try {
      const holder: Holder = { pid: process.pid, host: hostname() };
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
    throw new UserError(`The lock ${path} cannot be made: ${errorMessage(cause)}. Choose another --out.`, {
      cause,
    });
  }
}

/** Who signed the lock; null where nobody has, or it is gone. */
function holderOf(path: string): Holder | null {
  try {
    return holderSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return null;
  }
}

function isHeld(path: string, holder: Holder | null): boolean {
  if (!holder) {
    const made = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
    // Either way: what the clock of a file server puts in the future is not younger for it.
    return made !== undefined && Math.abs(Date.now() - made) < UNSIGNED_FOR_MS;
  }
  // What runs on another machine cannot be seen from here.
  if (holder.host !== hostname()) return true;
  if (holder.pid === process.pid) return held.has(path);
  try {
    process.kill(holder.pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there, and somebody else's.
    return errorCode(error) !== 'ESRCH';
  }
}

/** Takes a dead lock away, and puts it back if another process has replaced it with a live one in between. */
function setAside(path: string): void {
  const aside = `${path}.${process.pid}.dead`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return;
    throw new UserError(
      `The dead lock ${path} cannot be removed: ${errorMessage(error)}. Remove it by hand.`,
      {
        cause: error,
      },
    );
  }
  if (isHeld(aside, holderOf(aside))) renameSync(aside, path);
  else remove(aside);
}

function heldMessage(path: string, what: string, holder: Holder | null): string {
  const who = holder ? `process ${holder.pid} on ${holder.host}` : 'another process';
  return (
    `${what} is in use by ${who}. Wait for it, or choose another --out or --seed. ` +
    `(If that process is no experiment, remove ${path}.)`
  );
}

function remove(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // It is dead with this process, whoever finds it.
  }
}
