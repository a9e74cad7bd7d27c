import { readdir, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { errorCode } from './errors.js';

const TEMPORARY = /^\.(train|t10k)-.*\.tmp$/;
const STALE_AFTER = 60 * 60 * 1000;

/** A name for a file that is being written: whose it is stands in it, so that others can tell whether it still is. */
export function temporaryName(name: string, unique: string): string {
  return `.${name}.${hostname()}.${process.pid}.${unique}.tmp`;
}

/**
 * Removes what killed processes left in a folder: the files of this machine's processes that are gone, and, since
 * the processes of another machine cannot be seen, whatever nobody has written to for an hour.
 *
 * It never fails: what cannot be removed does no harm.
 */
export async function removeAbandoned(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    if (TEMPORARY.test(name) && (ownerIsGone(name) || (await isStale(join(folder, name))))) {
      await rm(join(folder, name), { force: true }).catch(() => {});
    }
  }
}

function ownerIsGone(name: string): boolean {
  const mark = `.${hostname()}.`;
  const place = name.lastIndexOf(mark);
  const pid = place < 0 ? Number.NaN : Number.parseInt(name.slice(place + mark.length), 10);
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    // EPERM: it runs, and is another user's.
    return errorCode(error) === 'ESRCH';
  }
}

async function isStale(path: string): Promise<boolean> {
  const age = await stat(path).then(
    ({ mtimeMs }) => Date.now() - mtimeMs,
    () => 0,
  );
  return age > STALE_AFTER;
}
