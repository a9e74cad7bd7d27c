import { hostname } from 'node:os';
import { join } from 'node:path';
import { errorCode } from '@trainkit/checks';
import { makeFolder } from '@trainkit/checks/files';
import type { FileSystem } from './file-system.js';

/** A new file, open for writing. */
export interface CreatedFile {
  path: string;
  descriptor: number;
}

/**
 * Makes a new event file in `folder`: `events.out.tfevents.<seconds>.<host>.<pid>.<n><suffix>`. The
 * folder is made too.
 *
 * TensorBoard reads the files of a folder in the order of their names. The file of a resumed run
 * must sort after the existing ones even within the same second or after the clock was set back, so
 * its seconds may be later than the current time.
 */
export function createFile(folder: string, suffix: string, files: FileSystem): CreatedFile {
  makeFolder(folder, files);
  const last = files
    .readdirSync(folder)
    .map((name) => Number(/tfevents\.(\d+)/.exec(name)?.[1] ?? 0))
    .reduce((latest, seconds) => Math.max(latest, seconds), 0);
  const seconds = Math.max(Math.floor(Date.now() / 1000), last + 1);
  const host = hostname().replace(/[^\w.-]/g, '_');
  for (let n = 0; ; n++) {
    const name = `events.out.tfevents.${String(seconds).padStart(10, '0')}.${host}.${process.pid}.${n}${suffix}`;
    const path = join(folder, name);
    try {
      return { path, descriptor: files.openSync(path, 'wx') };
    } catch (error) {
      // Another thread or process created the file first.
      if (errorCode(error) !== 'EEXIST') throw error;
    }
  }
}
