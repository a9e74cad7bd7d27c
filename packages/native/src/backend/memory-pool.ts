/** The most bytes that a pool keeps for later tensors. */
const MOST_BYTES = 512 * 2 ** 20;

/**
 * Arrays that tensors no longer need, kept by their exact length for the next tensors.
 *
 * A training step makes tensors of the same sizes again and again. Taken from the system each time,
 * their pages would be cleared by the kernel first, which takes as long as a third of the step.
 */
export class MemoryPool {
  readonly #free = new Map<number, Float32Array[]>();
  readonly #allocate: (length: number) => Float32Array | undefined;
  readonly #mostBytes: number;
  #bytes = 0;

  /**
   * @param allocate makes a new array, or returns undefined where there is no memory
   * @param mostBytes the most bytes that are kept for later tensors, default 512 MiB
   */
  constructor(allocate: (length: number) => Float32Array | undefined, mostBytes = MOST_BYTES) {
    this.#allocate = allocate;
    this.#mostBytes = mostBytes;
  }

  /** The bytes that wait for the next tensors. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * An array of this length, of any content.
   *
   * @throws RangeError where there is no memory
   */
  take(length: number): Float32Array {
    const same = this.#free.get(length);
    const used = same?.pop();
    if (used !== undefined) {
      // A length that is in use goes to the end of the map again, by `give`.
      if (same?.length === 0) this.#free.delete(length);
      this.#bytes -= used.byteLength;
      return used;
    }
    const array = this.#allocate(length) ?? this.#allocateAfterClear(length);
    if (array !== undefined) return array;
    throw new RangeError(
      `native: out of memory for a tensor of ${length} numbers. ` +
        'Dispose of tensors (tf.tidy, dispose), or use a smaller batch.',
    );
  }

  /** Takes an array back. Nobody else may hold it. */
  give(array: Float32Array): void {
    if (array.byteLength > this.#mostBytes) return;
    this.#bytes += array.byteLength;
    this.#dropOldest();
    const same = this.#free.get(array.length);
    if (same === undefined) this.#free.set(array.length, [array]);
    else same.push(array);
  }

  /** Leaves all arrays to the garbage collector. */
  clear(): void {
    this.#free.clear();
    this.#bytes = 0;
  }

  /** Leaves the arrays of lengths that were not needed for the longest to the garbage collector. */
  #dropOldest(): void {
    for (const [length, arrays] of this.#free) {
      if (this.#bytes <= this.#mostBytes) return;
      this.#free.delete(length);
      this.#bytes -= arrays.length * length * Float32Array.BYTES_PER_ELEMENT;
    }
  }

  #allocateAfterClear(length: number): Float32Array | undefined {
    this.clear();
    return this.#allocate(length);
  }
}
