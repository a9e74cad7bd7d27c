import { existsSync, readFileSync, renameSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { checkOptions, errorCode, errorMessage } from '@trainkit/checks';
import { makeFolder, sweepTemporary, writeWhole } from '@trainkit/checks/files';
import { type RunStore, WRITE_OPTIONS, type WriteOptions } from '../runs/checkpoint-store.js';
import { type Lock, takeLock } from './lock.js';
import { onSignals } from './signals.js';

/** Blobs as files of a folder; the lock lies beside the folder. */
export class FileStore implements RunStore {
  readonly name: string;
  readonly folder: string;
  #lock: Lock | null = null;

  constructor(path: string) {
    this.name = path;
    this.folder = path;
  }

  async read(name: string): Promise<Uint8Array | null> {
    const path = join(this.folder, name);
    try {
      return readFileSync(path);
    } catch (cause) {
      // Anything else is no absence: a file that cannot be read now must not be taken for a fresh start.
      if (errorCode(cause) === 'ENOENT') return null;
      throw new Error(
        `${path} cannot be read: ${errorMessage(cause)}. Make it readable, or name another folder.`,
        { cause },
      );
    }
  }

  async write(name: string, bytes: Uint8Array, options: WriteOptions = {}): Promise<void> {
    const { keep } = checkOptions('CheckpointStore.write', options, WRITE_OPTIONS);
    const path = join(this.folder, name);
    this.#lock?.check();
    try {
      this.#checkFolder();
      makeFolder(dirname(path));
      writeFile(path, bytes, keep === undefined ? null : join(this.folder, keep));
    } catch (cause) {
      throw new Error(
        `${path} could not be written: ${errorMessage(cause)}. Free some space, and the run goes on from its last checkpoint.`,
        { cause },
      );
    }
  }

  async lock(): Promise<() => void> {
    const parent = dirname(this.folder);
    const path = `${this.folder}.lock`;
    makeFolder(parent);
    sweepTemporary(parent, { accepts: (name) => name === basename(path) });
    const lock = takeLock(path, `The folder ${this.folder}`);
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

  onSignal(stop: (signal: string) => void): () => void {
    return onSignals(stop);
  }

  /** A folder that was moved away while the run was in it is not made again: its checkpoints would be all of a run there. */
  #checkFolder(): void {
    if (this.#lock === null || statSync(this.folder, { throwIfNoEntry: false })?.isDirectory()) return;
    throw new Error('the folder was moved or removed while the run was in it');
  }
}

/** Writes a file, whole and safely; the old one gets the name `keep`, if any. */
function writeFile(path: string, bytes: Uint8Array, keep: string | null): void {
  writeWhole(path, bytes, {
    durable: true,
    beforeRename: () => {
      // The new one is whole on the disk: a kill between the two renames leaves the old one under its other name.
      if (keep !== null && existsSync(path)) renameSync(path, keep);
    },
  });
}

/** The name that the file before this one gets: `state.previous.safetensors` for `state.safetensors`. */
export function previousName(path: string): string {
  const name = basename(path);
  const dot = name.lastIndexOf('.');
  const previous = dot > 0 ? `${name.slice(0, dot)}.previous${name.slice(dot)}` : `${name}.previous`;
  return join(dirname(path), previous);
}
