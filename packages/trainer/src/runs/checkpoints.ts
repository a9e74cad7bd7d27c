import { errorReason } from '@trainkit/checks';
import { StateError } from '../state/format.js';
import { decodeStateFile, encodeStateFile, type StateFile } from '../state/state-file.js';
import { type CheckpointStore, isStored } from './checkpoint-store.js';
import { RunError } from './run-error.js';

/** The name of the newest checkpoint. */
const LAST = 'checkpoints/last.safetensors';

/** The name of the previous checkpoint. */
const PREVIOUS = 'checkpoints/previous.safetensors';

/** The suffix of a damaged checkpoint. */
const UNUSABLE = '.unusable';

/** A checkpoint from which a run can resume. */
export interface LoadedCheckpoint {
  file: StateFile;
  /** The name in the store. */
  name: string;
  /** The reasons why newer ones were not used, each a sentence. */
  problems: string[];
}

/**
 * The checkpoints of a run: the newest one, and the previous one.
 *
 * A new one is complete before anything is renamed, so one of the two is good whenever the process
 * is killed.
 */
export class Checkpoints {
  readonly #store: CheckpointStore;
  readonly #last: string;
  readonly #previous: string;
  /**
   * True if the newest one is damaged, so that it must not replace the good one before it; null if
   * unknown.
   */
  #damaged: boolean | null = null;

  constructor(store: CheckpointStore, last = LAST, previous = PREVIOUS) {
    this.#store = store;
    this.#last = last;
    this.#previous = previous;
  }

  /** Writes a checkpoint; returns its name when it is on the disk. */
  async save(file: StateFile): Promise<string> {
    const bytes = await encodeStateFile(file);
    this.#damaged ??= await this.#wasFoundDamaged();
    await this.#store.write(this.#last, bytes, this.#damaged ? {} : { keep: this.#previous });
    this.#damaged = false;
    return this.#last;
  }

  /** Reads the checkpoint with the given name. */
  async read(name: string): Promise<StateFile> {
    const read = await this.#read(name);
    if (read === null || 'problem' in read)
      throw new Error(read?.problem ?? `${this.#store.name}: ${name} is gone.`);
    return read.file;
  }

  /**
   * The newest good checkpoint; null if there are none at all.
   *
   * @param setAside false to write nothing, since without the lock the store may belong to another
   *   process
   * @throws RunError if all are damaged, with the fault of each
   */
  async load({ setAside = true }: { setAside?: boolean } = {}): Promise<LoadedCheckpoint | null> {
    const problems: string[] = [];
    this.#damaged = false;
    for (const name of [this.#last, this.#previous]) {
      const read = await this.#read(name);
      if (read === null) continue;
      if ('file' in read) return { file: read.file, name, problems };
      problems.push(read.problem);
      if (name === this.#last) {
        this.#damaged = true;
        // Kept for inspection; the next checkpoint takes its name.
        if (setAside) await this.#store.write(`${name}${UNUSABLE}`, read.bytes);
      }
    }
    if (problems.length === 0) return null;
    throw new RunError('checkpoint', problems.join(' '), 'Name another folder, or restore one of them.');
  }

  /** True if an earlier load renamed the newest one, and it is still damaged. */
  async #wasFoundDamaged(): Promise<boolean> {
    if (!(await isStored(this.#store, `${this.#last}${UNUSABLE}`))) return false;
    const read = await this.#read(this.#last);
    return read !== null && 'problem' in read;
  }

  async #read(name: string): Promise<{ file: StateFile } | { problem: string; bytes: Uint8Array } | null> {
    const bytes = await this.#store.read(name);
    if (bytes === null) return null;
    try {
      return { file: await decodeStateFile(bytes) };
    } catch (error) {
      if (!(error instanceof StateError)) throw error;
      return {
        problem: `The checkpoint ${this.#store.name}/${name} cannot be used: ${errorReason(error)}.`,
        bytes,
      };
    }
  }
}
