import type { OptionNames } from '@trainkit/checks';

/**
 * A place for named blobs: a folder, a browser's origin private file system, a database.
 *
 * Names are like `checkpoints/last.safetensors`, with slashes.
 */
export interface CheckpointStore {
  /** The place for messages, such as a folder's path. */
  readonly name: string;
  /** The path of a folder that loggers write to; null or undefined where files are out of reach. */
  readonly folder?: string | null | undefined;
  /** Returns a blob, or null where none has the name; throws where one cannot be read. */
  read(name: string): Promise<Uint8Array | null>;
  /**
   * Returns true where a blob has the name, without reading it; throws where that cannot be told. Default: it is read.
   */
  readonly has?: ((name: string) => Promise<boolean>) | undefined;
  /**
   * Writes a blob, whole or not at all: whenever the process ends, `name` is the old blob or the new one, or `keep` has
   * the old one while `name` is missing. Resolves when the blob would survive a power cut.
   */
  write(name: string, bytes: Uint8Array, options?: WriteOptions): Promise<void>;
}

/** Options of {@link CheckpointStore.write}. */
export interface WriteOptions {
  /** The name that the old blob gets, in place of the one there. Default: it is replaced. */
  keep?: string | undefined;
  /** Called at each stage of the write, for tests that end the process there. Default nothing. */
  onStage?: ((stage: WriteStage) => void) | undefined;
}

/** A stage of a write: half of the bytes are written, all are, the old blob has its other name, the new one its own. */
export type WriteStage = 'half-written' | 'written' | 'moved' | 'renamed';

/** The names of {@link WriteOptions}, for the check of every store. */
export const WRITE_OPTIONS: OptionNames<WriteOptions> = { keep: true, onStage: true };

/** A {@link CheckpointStore} that one run has to itself. */
export interface RunStore extends CheckpointStore {
  /** The path of a folder that loggers write to, or null where files are out of reach. */
  readonly folder: string | null;
  /**
   * Cuts a blob to its first `at` bytes, and writes `bytes` after these. Where a crash interrupts it, the first `at` bytes
   * are as they were. Only stores whose logs are blobs have it; a store with a {@link folder} needs none.
   */
  readonly append?: ((name: string, bytes: Uint8Array, at: number) => Promise<void>) | undefined;
  /** Takes the place for this process; returns the function that gives it back. Throws where another one has it. */
  lock(): Promise<() => void | Promise<void>>;
  /**
   * Returns what decides the last bits of a run here, beside the program, as plain JSON: a run warns where it goes on in
   * another environment. Default: nothing is known, and nothing is said.
   */
  readonly environment?: (() => object) | undefined;
  /**
   * Calls `stop` with the name of a signal that asks the process to end, such as `'SIGINT'`; returns the function that
   * stops listening. A second signal ends the process at once.
   */
  readonly onSignal?: ((stop: (signal: string) => void) => () => void) | undefined;
}

/** Returns true where the store has a blob of that name. */
export async function isStored(store: CheckpointStore, name: string): Promise<boolean> {
  return store.has?.(name) ?? (await store.read(name)) !== null;
}
