import { checkOptions, errorMessage, errorReason } from '@trainkit/checks';
import { type RunStore, WRITE_OPTIONS, type WriteOptions } from '../../runs/checkpoint-store.js';
import type { Blobs } from './blobs.js';
import { Database, openDatabase } from './database.js';
import { takeLock } from './lock.js';
import { PrivateFiles } from './private-files.js';

/**
 * A run in the browser's own storage: in the origin private file system, or in IndexedDB if there
 * is none.
 *
 * Each write is atomic, so a page may be hidden, frozen, reloaded or closed at any time.
 */
export class BrowserStore implements RunStore {
  readonly name: string;
  /** Null: there is no folder with a path. */
  readonly folder = null;
  #blobs: Promise<Blobs> | null = null;

  /** @param name the run's path in the storage, in parts */
  constructor(name: string) {
    this.name = name;
  }

  async read(name: string): Promise<Uint8Array | null> {
    return this.#look(name, (blobs) => blobs.read(name));
  }

  async has(name: string): Promise<boolean> {
    return this.#look(name, (blobs) => blobs.has(name));
  }

  async write(name: string, bytes: Uint8Array, options: WriteOptions = {}): Promise<void> {
    const { keep } = checkOptions('CheckpointStore.write', options, WRITE_OPTIONS);
    return this.#change(name, (blobs) => blobs.write(name, unshared(bytes), keep ?? null));
  }

  append(name: string, bytes: Uint8Array, at: number): Promise<void> {
    return this.#change(name, (blobs) => blobs.append(name, unshared(bytes), at));
  }

  async lock(): Promise<() => void> {
    const release = await takeLock(`trainkit: ${this.name}`);
    if (release === null) {
      throw new Error(
        `The run ${this.name} is being trained in another tab or worker; expected one at a time. Close that one, or name another run.`,
      );
    }
    try {
      await (await this.#open()).sweep();
    } catch (error) {
      release();
      throw error;
    }
    return release;
  }

  /** Removes the run; throws if it is being trained. */
  async remove(): Promise<void> {
    const release = await this.lock();
    try {
      await (await this.#open()).remove();
    } finally {
      release();
    }
  }

  async #look<T>(name: string, look: (blobs: Blobs) => Promise<T>): Promise<T> {
    const blobs = await this.#open();
    try {
      return await look(blobs);
    } catch (cause) {
      // An error rather than null: a blob that cannot be read now must not look like a fresh start.
      throw new Error(
        `${this.name}/${name} cannot be read: ${errorReason(cause)}. Reload the page, or name another run.`,
        { cause },
      );
    }
  }

  async #change(name: string, change: (blobs: Blobs) => Promise<void>): Promise<void> {
    const blobs = await this.#open();
    try {
      await change(blobs);
    } catch (cause) {
      throw new Error(
        `${this.name}/${name} could not be written: ${errorReason(cause)}. Free some of the site's storage, and the run resumes from its last checkpoint.`,
        { cause },
      );
    }
  }

  #open(): Promise<Blobs> {
    this.#blobs ??= openBlobs(this.name).catch((error: unknown) => {
      this.#blobs = null;
      throw error;
    });
    return this.#blobs;
  }
}

async function openBlobs(name: string): Promise<Blobs> {
  const root = await privateRoot();
  if (root !== null) return new PrivateFiles(root, name.split('/'));
  try {
    return new Database(await openDatabase(), name);
  } catch (cause) {
    throw new Error(
      `browserFolder: this browser keeps nothing for the page (${errorMessage(cause)}); expected the origin private file system or IndexedDB. Leave folder out to train in memory.`,
      { cause },
    );
  }
}

/**
 * The root of the origin private file system; null if there is none that pages and workers can both
 * write to.
 */
async function privateRoot(): Promise<FileSystemDirectoryHandle | null> {
  if (typeof FileSystemFileHandle === 'undefined' || !('createWritable' in FileSystemFileHandle.prototype)) {
    return null;
  }
  try {
    // TypeScript declares it as always present; it is missing on insecure origins and in older
    // browsers.
    const storage: Partial<StorageManager> | undefined = navigator.storage;
    return (await storage?.getDirectory?.()) ?? null;
  } catch {
    // Private windows of some browsers refuse it.
    return null;
  }
}

/**
 * The bytes in memory that is not shared with another thread, since both stores refuse shared
 * memory.
 */
function unshared(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer
    ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    : new Uint8Array(bytes);
}
