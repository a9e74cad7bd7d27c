import { mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { makeFolder } from './make-folder.js';
import { message } from './message.js';

/** The two folders that work happens in before anything counts as present. */
export interface Staging {
  /** What is put here becomes the finished folder. */
  out: string;
  /** Downloads and the like: gone afterwards. */
  scratch: string;
}

/** Options of {@link publishFolder}. */
export interface PublishOptions {
  /** Whether a folder that is there already is good; another process may have been faster. */
  isComplete: (folder: string) => boolean;
  /** Replaces even a good one. */
  force: boolean;
}

const DAY = 24 * 60 * 60 * 1000;

/**
 * Makes the folder `name` in `root`, whole or not at all: `fill` works in a temporary folder beside it, which is
 * renamed at the end and removed where `fill` throws. Two processes at once do not meet; the first one's stays.
 */
export async function publishFolder(
  root: string,
  name: string,
  fill: (staging: Staging) => Promise<void>,
  { isComplete, force }: PublishOptions,
): Promise<void> {
  const work = await makeWorkFolder(root);
  try {
    const staging = { out: join(work, 'out'), scratch: join(work, 'scratch') };
    await mkdir(staging.out);
    await mkdir(staging.scratch);
    await fill(staging);
    const target = join(root, name);
    for (let attempt = 0; !(await tryRename(staging.out, target)); attempt++) {
      if (!force && isComplete(target)) return;
      // Out of the way first: a folder cannot be renamed onto one that has something in it.
      await tryRename(target, join(work, `old-${attempt}`));
    }
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function makeWorkFolder(root: string): Promise<string> {
  try {
    await makeFolder(root);
    await sweep(root);
    return await mkdtemp(join(root, `.staging-${hostname()}-${process.pid}-`));
  } catch (error) {
    throw new Error(
      `the folder ${root} cannot be written (${message(error)}); name another by --dir or TRAINKIT_NATIVE_DIR.`,
      { cause: error },
    );
  }
}

async function tryRename(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOTEMPTY' || code === 'EEXIST' || (code === 'ENOENT' && !from.endsWith('out')))
      return false;
    throw error;
  }
}

/**
 * Removes what killed processes left: those of this machine that are gone, and whatever is older than a day. What
 * cannot be removed stays: it does no harm.
 */
export async function sweep(root: string): Promise<void> {
  const mine = `.staging-${hostname()}-`;
  for (const name of await readdir(root).catch(() => [])) {
    if (!name.startsWith('.staging-')) continue;
    const folder = join(root, name);
    const pid = name.startsWith(mine) ? Number.parseInt(name.slice(mine.length), 10) : Number.NaN;
    const age = Date.now() - ((await stat(folder).catch(() => undefined))?.mtimeMs ?? Date.now());
    if ((pid > 0 && !isRunning(pid)) || age > DAY) {
      await rm(folder, { recursive: true, force: true }).catch(() => {});
    }
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
