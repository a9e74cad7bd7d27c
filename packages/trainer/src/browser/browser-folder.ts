import { checkOptions, expected } from '@trainkit/checks';
import { RUN_FOLDER_OPTIONS, RunFolder, type RunFolderOptions } from '../runs/run-folder.js';
import { BrowserStore } from './stores/browser-store.js';

/** The characters of a part of a name; file systems refuse some of the others. */
const PART = /^[\w. -]*[\w-]$/;

/**
 * The folder of one run in the browser's own storage, with the files of `runFolder` of
 * `@trainkit/trainer/node`: config, checkpoints, `best.safetensors`, `model.safetensors`,
 * `result.json`, and the log of `jsonLines()`.
 *
 * It is in the origin private file system, or in IndexedDB if that is missing or refused; page and
 * workers share it. Checkpoints are written atomically, so a page may be hidden, frozen, reloaded
 * or closed at any time without notice. One tab or worker trains a run at a time.
 *
 * The trap: browsers may evict a site's storage when the disk is full;
 * `navigator.storage.persist()` asks the browser to keep it.
 *
 * @param name the run's name, in parts that slashes separate
 * @throws TypeError if the name contains other characters than letters, digits, spaces, `_`, `.`
 *   and `-`
 *
 * @example
 * ```ts
 * import { browserFolder } from '@trainkit/trainer/browser';
 *
 * const folder = browserFolder('runs/mine/seed-0', { config: { learningRate: 0.1 } });
 * console.log(folder.store.name, folder.config); // → runs/mine/seed-0 { learningRate: 0.1 }
 * ```
 */
export function browserFolder(name: string, options: RunFolderOptions = {}): RunFolder {
  checkOptions('browserFolder', options, RUN_FOLDER_OPTIONS);
  return new RunFolder(new BrowserStore(checkedName('browserFolder', name)), options);
}

/**
 * Removes the run of {@link browserFolder} with that name, with its checkpoints and logs; does
 * nothing if there is none.
 *
 * @throws Error if a tab or worker is training it
 */
export async function removeBrowserFolder(name: string): Promise<void> {
  await new BrowserStore(checkedName('removeBrowserFolder', name)).remove();
}

function checkedName(where: string, name: unknown): string {
  if (typeof name === 'string' && name.split('/').every((part) => PART.test(part))) return name;
  throw new TypeError(
    expected(where, 'name', name, 'a name of letters, digits and -, in parts', "Write 'runs/mine/seed-0'."),
  );
}
