import { expected } from '@trainkit/checks';
import { RunFolder, type RunFolderOptions } from '../runs/run-folder.js';
import { FileStore } from './file-store.js';

/**
 * The folder of one run: `config.json`, `checkpoints/`, `best.safetensors`, `model.safetensors`, `result.json`, and the
 * loggers' files. It is made when a fit begins.
 *
 * `config.json` decides: a folder that holds a run with another config is refused, naming the first field that differs.
 * One process has the folder at a time, by the lock file `PATH.lock` beside it.
 *
 * @param path the folder's path; one for each run
 *
 * @example
 * ```ts
 * import { mkdtempSync } from 'node:fs';
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * import { runFolder } from '@trainkit/trainer/node';
 *
 * const path = join(mkdtempSync(join(tmpdir(), 'runs-')), 'seed-0');
 * const folder = runFolder(path, { config: { learningRate: 0.1 } });
 * console.log(await folder.result()); // → null
 * ```
 */
export function runFolder(path: string, options: RunFolderOptions = {}): RunFolder {
  if (typeof path !== 'string' || path === '') {
    throw new TypeError(
      expected('runFolder', 'path', path, 'the path of a folder', "Write 'runs/mine/seed-0'."),
    );
  }
  return new RunFolder(new FileStore(path.replace(/(?<=.)\/+$/, '')), options);
}
