import { accessSync, constants } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { checkOptions, errorCode, errorMessage, type OptionNames } from '@trainkit/checks';
import { makeFolder, sweepTemporary, temporaryName } from '@trainkit/checks/files';
import { checkKind } from './check-kind.js';

/** The two folders that work happens in before anything counts as present. */
export interface Staging {
  /** The folder that becomes the finished one. */
  out: string;
  /** Downloads and the like: gone afterwards. */
  scratch: string;
}

/** Options of {@link publishFolder}. */
export interface PublishOptions {
  /**
   * Returns true where a folder that is there already is good; another process may have been
   * faster.
   */
  isComplete: (folder: string) => boolean;
  /** Replaces even a good one. */
  force: boolean;
}

const OPTIONS: OptionNames<PublishOptions> = { isComplete: true, force: true };

/**
 * Makes the folder `name` in `root`, whole or not at all: `fill` works in a temporary folder beside
 * it, which is renamed at the end and removed where `fill` throws. Two processes at once do not
 * meet; the first one's stays.
 *
 * @throws Error where a file has the folder's name
 */
export async function publishFolder(
  root: string,
  name: string,
  fill: (staging: Staging) => Promise<void>,
  options: PublishOptions,
): Promise<void> {
  const { isComplete, force } = checkOptions('publishFolder', options, OPTIONS);
  makeRoot(root);
  checkKind(join(root, name), 'folder');
  sweepTemporary(root);
  const work = join(root, temporaryName(name));
  await mkdir(work);
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

/** Makes the folder of what is provided; throws where nothing can be written to it. */
export function makeRoot(root: string): void {
  try {
    makeFolder(root);
    accessSync(root, constants.W_OK);
  } catch (error) {
    throw new Error(
      `the folder ${root} cannot be written; name another by --dir or TRAINKIT_NATIVE_DIR. ${errorMessage(error)}`,
      { cause: error },
    );
  }
}

async function tryRename(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOTEMPTY' || code === 'EEXIST' || (code === 'ENOENT' && !from.endsWith('out')))
      return false;
    throw error;
  }
}
