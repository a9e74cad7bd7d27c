import { checkInteger, expected } from '@trainkit/checks';
import type { Part } from '../state/part.js';
import { findPart } from '../state/parts.js';

/** Batches; each `for…of` over them is an epoch. */
export type Batches<Batch> = Iterable<Batch> | AsyncIterable<Batch>;

/** Throws unless `batches` can be iterated by `for await…of`. */
export function checkBatches(where: string, batches: unknown): void {
  if (typeof batches === 'object' && batches !== null) {
    if (Symbol.iterator in batches || Symbol.asyncIterator in batches) return;
  }
  throw new TypeError(
    expected(
      where,
      'batches',
      batches,
      'an iterable or async iterable of batches',
      'Write new DataLoader(dataset, { batchSize: 128 }).',
    ),
  );
}

/** An endless sequence of batches, epoch after epoch, from the position in their state. */
export class BatchSource<Batch> {
  readonly #batches: Batches<Batch>;
  #iterator: Iterator<Batch> | AsyncIterator<Batch> | null = null;
  /** The number of batches of this epoch so far; for an array, the index. */
  #taken = 0;
  /** The index at which the next epoch of an array resumes. */
  #skip = 0;

  constructor(batches: Batches<Batch>) {
    checkBatches('Trainer', batches);
    this.#batches = batches;
  }

  /** The position in the batches; null if they do not have one. */
  get part(): Part | null {
    const batches = this.#batches;
    const part = Array.isArray(batches)
      ? this.#arrayPart(batches.length)
      : findPart('Trainer', 'batches', batches);
    if (part === null) return null;
    return {
      read: (made) => part.read(made),
      load: async (state) => {
        await part.load(state);
        await this.close();
      },
    };
  }

  /**
   * The next batch, which belongs to the caller.
   *
   * @throws Error if epochs have no batches
   */
  async next(): Promise<Batch> {
    // One epoch may be empty: a state after an epoch's last batch resumes with an empty rest.
    for (let empty = 0; empty < 2; ) {
      this.#iterator ??= this.#begin();
      const result = this.#iterator.next();
      const { done, value } = result instanceof Promise ? await result : result;
      if (done !== true) {
        this.#taken++;
        if (value === undefined || value === null) {
          throw new TypeError(
            expected(
              'Trainer',
              'a batch',
              value,
              'tensors by name',
              'Look at what the dataset’s batch(indices) returns.',
            ),
          );
        }
        return value;
      }
      if (this.#taken === 0) empty++;
      this.#iterator = null;
    }
    throw new Error(
      'Trainer: two epochs of batches had none; expected at least one batch. Look at the dataset’s length and at dropLast.',
    );
  }

  /** Leaves the epoch; the next batch begins one, or continues from the loaded state. */
  async close(): Promise<void> {
    const iterator = this.#iterator;
    this.#iterator = null;
    await iterator?.return?.();
  }

  #begin(): Iterator<Batch> | AsyncIterator<Batch> {
    const batches = this.#batches;
    this.#taken = 0;
    if (Symbol.asyncIterator in batches) return batches[Symbol.asyncIterator]();
    if (!Array.isArray(batches)) return batches[Symbol.iterator]();
    this.#taken = this.#skip;
    this.#skip = 0;
    return batches.slice(this.#taken)[Symbol.iterator]();
  }

  #arrayPart(length: number): Part {
    return {
      read: () => ({ next: this.#iterator === null ? this.#skip : this.#taken }),
      load: (state) => {
        const next = typeof state === 'object' && state !== null && 'next' in state ? state.next : undefined;
        checkInteger('Trainer', 'next in the state of batches', next, { max: length });
        this.#skip = next;
      },
    };
  }
}
