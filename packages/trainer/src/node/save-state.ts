import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { checkFlag, checkOptions, expected, type OptionNames, printable } from '@trainkit/checks';
import { checkRegular, isPresent, makeFolder, sweepTemporary } from '@trainkit/checks/files';
import { Checkpoints } from '../runs/checkpoints.js';
import { thaw } from '../state/freeze.js';
import { collect, distribute } from '../state/state-file.js';
import type { StateTree } from '../state/stateful.js';
import { FileStore, previousName } from './file-store.js';

/** Options of {@link loadState}. */
export interface LoadStateOptions {
  /** False to ignore parts of the file that were not requested. Default true: they are an error. */
  strict?: boolean | undefined;
}

/** The result of {@link loadState}. */
export interface LoadedState {
  /** The file that was loaded: the requested one or, if that is damaged, the previous one. */
  path: string;
  /**
   * The plain values that were saved beside the parts, by name; their tensors, if any, belong to
   * the caller.
   */
  values: { readonly [name: string]: StateTree };
  /** The reasons why the newer file was not used, each a sentence; empty if it was used. */
  problems: readonly string[];
}

const LOAD: OptionNames<LoadStateOptions> = { strict: true };

/**
 * Saves the states of a training in one file: a checkpoint in one call, for a user's own loop.
 *
 * The file is written beside the old one, synced and renamed; the old one is kept as
 * `NAME.previous.safetensors`. It has a digest, and Python's `safetensors` opens it.
 *
 * @param parts by name: modules, optimizers, generators, loaders, `tf.LayersModel`s,
 *   `tf.Variable`s, other objects with `stateDict()`; and plain values such as a step
 * @throws TypeError naming an entry that is no state; Error if the file cannot be written, in which
 *   case the old one is unchanged
 *
 * @example
 * ```ts
 * import { mkdtempSync } from 'node:fs';
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * import * as tf from '@tensorflow/tfjs';
 * import { loadState, saveState } from '@trainkit/trainer/node';
 *
 * const path = join(mkdtempSync(join(tmpdir(), 'state-')), 'state.safetensors');
 * const weight = tf.variable(tf.scalar(3));
 * await saveState(path, { weight, step: 12 });
 * weight.assign(tf.scalar(0));
 * const loaded = await loadState(path, { weight });
 * console.log(weight.dataSync()[0], loaded?.values); // → 3 { step: 12 }
 * ```
 */
export async function saveState(path: string, parts: { readonly [name: string]: unknown }): Promise<void> {
  checkPath('saveState', path);
  checkReplaceable(path);
  makeFolder(dirname(path));
  const { checkpoints } = at(path);
  await checkpoints.save(await collect('saveState', parts));
}

/**
 * Loads a file of {@link saveState}, or a checkpoint of a `Trainer`; if it throws, no part has
 * changed.
 *
 * If the file is damaged, the previous one is loaded.
 *
 * @param parts the objects to load, by the names in the file
 * @returns null if nothing was saved yet
 * @throws Error if both files are damaged, a part is missing, or a part refuses its state
 */
export async function loadState(
  path: string,
  parts: { readonly [name: string]: unknown },
  options: LoadStateOptions = {},
): Promise<LoadedState | null> {
  const { strict = true } = checkOptions('loadState', options, LOAD);
  checkFlag('loadState', 'strict', strict);
  checkPath('loadState', path);
  const { checkpoints } = at(path);
  const from = await checkpoints.load();
  if (from === null) return null;
  const values = await distribute('loadState', from.file, parts, { strict });
  const plain = Object.entries(values).map(([name, value]) => [name, thaw(value)] as const);
  return { path: join(dirname(path), from.name), values: Object.fromEntries(plain), problems: from.problems };
}

function at(path: string): { checkpoints: Checkpoints } {
  const folder = dirname(path);
  sweepTemporary(folder);
  const nameOf = (file: string) => file.slice(join(folder, '/').length);
  const normal = join(path);
  return {
    checkpoints: new Checkpoints(new FileStore(folder), nameOf(normal), nameOf(previousName(normal))),
  };
}

/** The first bytes of a file of {@link saveState}, after the eight bytes of the header's length. */
const HEAD = '{"__metadata__":{"format":"trainkit-state"';

/** Throws if `path` is a file that {@link saveState} did not write, since it would be renamed. */
function checkReplaceable(path: string): void {
  if (!isPresent(path)) return;
  const found = statSync(path);
  checkRegular(path, found);
  const isFolder = found.isDirectory();
  // A damaged file has a previous one.
  if (!isFolder && (isEmptyOrState(path) || isEmptyOrState(previousName(path)))) return;
  throw new Error(
    `saveState: ${printable(path)} is ${isFolder ? 'a folder' : 'a file that saveState did not write'}; expected a free path or an earlier state. Name another file.`,
  );
}

function isEmptyOrState(path: string): boolean {
  if (!isPresent(path)) return false;
  checkRegular(path, statSync(path));
  const bytes = Buffer.alloc(8 + HEAD.length);
  const file = openSync(path, 'r');
  try {
    const read = readSync(file, bytes);
    if (read === 0) return true;
    // The header's length, in at most four bytes, then its text; a truncated file may end in
    // either.
    return read >= 8 && bytes.readUInt32LE(4) === 0 && HEAD.startsWith(bytes.toString('latin1', 8, read));
  } finally {
    closeSync(file);
  }
}

function checkPath(where: string, path: unknown): void {
  if (typeof path === 'string' && path !== '') return;
  throw new TypeError(expected(where, 'path', path, 'the path of a file', "Write 'state.safetensors'."));
}
