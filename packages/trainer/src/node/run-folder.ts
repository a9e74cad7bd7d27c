import { expected } from '@trainkit/checks';
import { RunFolder, type RunFolderOptions } from '../runs/run-folder.js';
import { FileStore } from './file-store.js';

/**
 * The folder of one run: `config.json`, `checkpoints/`, `best.safetensors`, `model.safetensors`,
 * `result.json`, and the loggers' files. It is created when a fit begins.
 *
 * A folder whose `config.json` differs from the given config is refused, with an error that names
 * the first different field. The lock file `PATH.lock` beside the folder reserves it for one
 * process at a time.
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
