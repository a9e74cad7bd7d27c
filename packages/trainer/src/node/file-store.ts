import { realpathSync, renameSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { checkOptions, errorCode, errorReason, printable } from '@trainkit/checks';
import { isPresent, makeFolder, readIfPresent, sweepTemporary, writeWhole } from '@trainkit/checks/files';
import { type RunStore, WRITE_OPTIONS, type WriteOptions } from '../runs/checkpoint-store.js';
import { RunError } from '../runs/run-error.js';
import { type NumericEnvironment, numericEnvironment } from './environment.js';
import { type Lock, takeLock } from './lock.js';
import { onSignals } from './signals.js';

/**
 * Blobs as files of a folder, for a {@link RunFolder} or as `checkpoints` of a fit; the lock is
 * beside the folder.
 *
 * @example
 * ```ts
 * import { mkdtempSync } from 'node:fs';
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * import { FileStore } from '@trainkit/trainer/node';
 *
 * const store = new FileStore(mkdtempSync(join(tmpdir(), 'store-')));
 * await store.write('a/b.bin', new Uint8Array([1, 2]));
 * console.log((await store.read('a/b.bin'))?.length, await store.read('other')); // → 2 null
 * ```
 */
export class FileStore implements RunStore {
  /** The given path of the folder, for messages; control characters are shown as `\u001b`. */
  readonly name: string;
  /** The folder's absolute path, which stays the same after `process.chdir`. */
  readonly folder: string;
  #lock: Lock | null = null;

  /** @param path the folder, which is created when it is locked or written to */
  constructor(path: string) {
    this.name = printable(path);
    // Absolute, since the program may change its folder during a run.
    this.folder = resolve(path);
  }

  /** Returns a file's bytes, or null if there is none. */
  async read(name: string): Promise<Uint8Array | null> {
    // A file that cannot be read now must not look like a fresh start.
    return this.#look(name, readIfPresent);
  }

  /** Returns true if a file has the name, without reading it. */
  async has(name: string): Promise<boolean> {
    return this.#look(name, isPresent);
  }

  /** Writes a file atomically: beside the old one, synced, renamed. */
  async write(name: string, bytes: Uint8Array, options: WriteOptions = {}): Promise<void> {
    const { keep, onStage } = checkOptions('CheckpointStore.write', options, WRITE_OPTIONS);
    const path = join(this.folder, name);
    this.checkLock();
    try {
      this.#checkFolder(path);
      makeFolder(dirname(path));
      writeFile(path, bytes, {
        keep: keep === undefined ? null : join(this.folder, keep),
        onStage,
        // Checked again, since this process may have been suspended while it wrote.
        check: () => this.checkLock(),
      });
    } catch (cause) {
      if (cause instanceof RunError) throw cause;
      throw new RunError(
        'write',
        `${path} could not be written: ${errorReason(cause)}.`,
        'Free some space, and the run resumes from its last checkpoint.',
        { cause },
      );
    }
  }

  /**
   * Locks the folder for this process, and creates it; returns a function that releases the lock.
   */
  async lock(): Promise<() => void> {
    makeFolder(dirname(this.folder));
    // The lock of the real folder, since a link to it is the same run.
    const path = `${realPath(this.folder)}.lock`;
    const parent = dirname(path);
    sweepTemporary(parent, { accepts: (name) => name === basename(path) });
    const lock = takeLock(path, `The run's folder ${this.folder}`);
    try {
      makeFolder(this.folder);
      sweepTemporary(join(this.folder, 'checkpoints'));
      sweepTemporary(this.folder);
    } catch (error) {
      lock.release();
      throw error;
    }
    this.#lock = lock;
    return () => {
      this.#lock = null;
      lock.release();
    };
  }

  /**
   * Throws if another process has locked the folder since; for files that are not written by
   * {@link write}.
   *
   * @throws RunError naming the process
   */
  checkLock(): void {
    this.#lock?.check();
  }

  /** Returns the factors that decide the last bits of a run here. */
  environment(): NumericEnvironment {
    return numericEnvironment();
  }

  /** Calls `stop` at the first SIGINT or SIGTERM; returns a function that stops listening. */
  onSignal(stop: (signal: string) => void): () => void {
    return onSignals(stop);
  }

  #look<T>(name: string, look: (path: string) => T): T {
    const path = join(this.folder, name);
    try {
      return look(path);
    } catch (cause) {
      throw new RunError(
        'read',
        `${path} cannot be read: ${errorReason(cause)}.`,
        'Make it readable, or name another folder.',
        { cause },
      );
    }
  }

  /**
   * Throws if the folder was moved during the run. Creating it again would make a folder with only
   * the later checkpoints.
   */
  #checkFolder(path: string): void {
    if (this.#lock === null || statSync(this.folder, { throwIfNoEntry: false })?.isDirectory()) return;
    throw new RunError(
      'moved',
      `${path} could not be written: the folder was moved or removed while the run was in it.`,
      'Move it back, and run the program again.',
    );
  }
}

/** Writes a file atomically; the old one is renamed to `keep`, if given. */
function writeFile(
  path: string,
  bytes: Uint8Array,
  {
    keep,
    onStage = () => undefined,
    check,
  }: { keep: string | null; onStage: WriteOptions['onStage']; check: () => void },
): void {
  writeWhole(path, bytes, {
    durable: true,
    atHalf: () => onStage('half-written'),
    beforeRename: () => {
      onStage('written');
      check();
      // The new file is complete on the disk: a kill between the two renames leaves the old one
      // under its other name.
      if (keep !== null) renameIfThere(path, keep);
      onStage('moved');
    },
  });
  onStage('renamed');
}

function renameIfThere(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    // By trying: an earlier check may fail although the file exists, and the new one would replace
    // it.
    if (errorCode(error) !== 'ENOENT') throw error;
  }
}

/** The path without links; the last part may be missing. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
    return join(realpathSync(dirname(path)), basename(path));
  }
}

/**
 * The name of the previous version of a file: `state.previous.safetensors` for `state.safetensors`.
 */
export function previousName(path: string): string {
  const name = basename(path);
  const dot = name.lastIndexOf('.');
  const previous = dot > 0 ? `${name.slice(0, dot)}.previous${name.slice(dot)}` : `${name}.previous`;
  return join(dirname(path), previous);
}
