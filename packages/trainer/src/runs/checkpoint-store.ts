import type { OptionNames } from '@trainkit/checks';

/**
 * A store of named blobs: a folder, a browser's origin private file system, a database.
 *
 * Names are like `checkpoints/last.safetensors`, with slashes.
 */
export interface CheckpointStore {
  /** The name of the store in messages, such as a folder's path. */
  readonly name: string;
  /** The path of a folder that loggers write to; null or undefined without files. */
  readonly folder?: string | null | undefined;
  /** Returns a blob, or null if none has the name; throws if it cannot be read. */
  read(name: string): Promise<Uint8Array | null>;
  /**
   * Returns true if a blob has the name, without reading it; throws if this cannot be determined.
   * Default: the blob is read.
   */
  readonly has?: ((name: string) => Promise<boolean>) | undefined;
  /**
   * Writes a blob atomically: whenever the process ends, `name` is the old blob or the new one, or
   * `keep` is the old one while `name` is missing. Resolves when the blob would survive a power
   * failure.
   */
  write(name: string, bytes: Uint8Array, options?: WriteOptions): Promise<void>;
}

/** Options of {@link CheckpointStore.write}. */
export interface WriteOptions {
  /**
   * The new name of the old blob, replacing any blob of that name. Default: the old blob is
   * replaced.
   */
  keep?: string | undefined;
  /** Called at each stage of the write, for tests that end the process there. Default nothing. */
  onStage?: ((stage: WriteStage) => void) | undefined;
}

/**
 * A stage of a write: half of the bytes are written, all are, the old blob is renamed, the new one
 * has its name.
 */
export type WriteStage = 'half-written' | 'written' | 'moved' | 'renamed';

/** The names of {@link WriteOptions}, for the checks of every store. */
export const WRITE_OPTIONS: OptionNames<WriteOptions> = { keep: true, onStage: true };

/** A {@link CheckpointStore} that one run uses exclusively. */
export interface RunStore extends CheckpointStore {
  /** The path of a folder that loggers write to, or null without files. */
  readonly folder: string | null;
  /**
   * Truncates a blob to its first `at` bytes, and appends `bytes`. If a crash interrupts it, the
   * first `at` bytes are unchanged. Only stores whose logs are blobs have it; a store with a
   * {@link folder} needs none.
   */
  readonly append?: ((name: string, bytes: Uint8Array, at: number) => Promise<void>) | undefined;
  /**
   * Locks the store for this process; returns a function that releases the lock. Throws if another
   * process holds it.
   */
  lock(): Promise<() => void | Promise<void>>;
  /**
   * Returns the factors that decide the last bits of a run here, beside the program, as plain JSON.
   * A run warns when it is resumed in another environment. Default: no environment is recorded.
   */
  readonly environment?: (() => object) | undefined;
  /**
   * Calls `stop` with the name of a signal that asks the process to end, such as `'SIGINT'`;
   * returns a function that stops listening. A second signal ends the process at once.
   */
  readonly onSignal?: ((stop: (signal: string) => void) => () => void) | undefined;
}

/** Returns true if the store has a blob of that name. */
export async function isStored(store: CheckpointStore, name: string): Promise<boolean> {
  return store.has?.(name) ?? (await store.read(name)) !== null;
}
