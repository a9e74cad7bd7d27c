/** The most bytes that a pool keeps for later tensors. */
const MOST_BYTES = 512 * 2 ** 20;

/**
 * Arrays that tensors no longer need, kept by their exact length for the next tensors.
 *
 * A training step makes tensors of the same sizes again and again. Taken from the system each time, their pages would
 * be cleared by the kernel first, which takes as long as a third of the step.
 */
export class MemoryPool {
  readonly #free = new Map<number, Float32Array[]>();
  readonly #allocate: (length: number) => Float32Array | undefined;
  #bytes = 0;

  /** @param allocate makes a new array, or returns undefined where there is no memory */
  constructor(allocate: (length: number) => Float32Array | undefined) {
    this.#allocate = allocate;
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
    const used = this.#free.get(length)?.pop();
    if (used !== undefined) {
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
    if (this.#bytes + array.byteLength > MOST_BYTES) return;
    this.#bytes += array.byteLength;
    const same = this.#free.get(array.length);
    if (same === undefined) this.#free.set(array.length, [array]);
    else same.push(array);
  }

  /** Leaves all arrays to the garbage collector. */
  clear(): void {
    this.#free.clear();
    this.#bytes = 0;
  }

  #allocateAfterClear(length: number): Float32Array | undefined {
    this.clear();
    return this.#allocate(length);
  }
}
