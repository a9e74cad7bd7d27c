/** Memory of a plan begins at multiples of so many bytes. */
const ALIGNMENT = 64;

/** An array that needs room: for all time, or from the first to the last call that names it. */
export interface PlacedArray {
  bytes: number;
  /** Returns true where it keeps its content from run to run. */
  stays: boolean;
}

/**
 * The places of arrays in one memory, in bytes; null for null. Arrays that no call needs at the
 * same time share memory.
 *
 * @param calls the numbers of the arrays that each call reads or writes, in order
 */
export function placeArrays(
  arrays: readonly (PlacedArray | null)[],
  calls: readonly (readonly number[])[],
): { offsets: (number | null)[]; bytes: number } {
  const offsets: (number | null)[] = arrays.map(() => null);
  const free = new FreeMemory();
  for (const [i, array] of arrays.entries()) if (array?.stays) offsets[i] = free.take(array.bytes);
  const last = new Map(calls.flatMap((indices, call) => indices.map((index) => [index, call] as const)));
  for (const [call, indices] of calls.entries()) {
    const shortLived = [...new Set(indices)].flatMap((index) => {
      const array = arrays[index];
      return array == null || array.stays ? [] : [{ index, bytes: array.bytes }];
    });
    for (const { index, bytes } of shortLived) offsets[index] ??= free.take(bytes);
    for (const { index, bytes } of shortLived) {
      if (last.get(index) === call) free.give(offsets[index]!, bytes);
    }
  }
  return { offsets, bytes: free.size };
}

/** Memory that grows, and what of it is free. */
class FreeMemory {
  /** In order; no two are adjacent. */
  #blocks: { begin: number; end: number }[] = [];
  size = 0;

  /** The smallest block that is large enough, or new memory. */
  take(bytes: number): number {
    const length = aligned(bytes);
    const fitting = this.#blocks.filter(({ begin, end }) => end - begin >= length);
    const best = fitting.reduce(
      (a, b) => (b.end - b.begin < a.end - a.begin ? b : a),
      fitting[0] ?? this.#grow(length),
    );
    const { begin } = best;
    best.begin += length;
    this.#blocks = this.#blocks.filter((block) => block.end > block.begin);
    return begin;
  }

  give(begin: number, bytes: number): void {
    this.#add({ begin, end: begin + aligned(bytes) });
  }

  /**
   * A block at the end that is large enough; a free one that is there already becomes a part of it.
   */
  #grow(length: number): { begin: number; end: number } {
    const end = this.#blocks.at(-1);
    const there = end !== undefined && end.end === this.size ? end.end - end.begin : 0;
    const begin = this.size;
    this.size += length - there;
    this.#add({ begin, end: this.size });
    return this.#blocks.at(-1)!;
  }

  #add(block: { begin: number; end: number }): void {
    const sorted = [...this.#blocks, block].sort((a, b) => a.begin - b.begin);
    this.#blocks = [];
    for (const { begin, end } of sorted) {
      const before = this.#blocks.at(-1);
      if (before !== undefined && before.end === begin) before.end = end;
      else if (end > begin) this.#blocks.push({ begin, end });
    }
  }
}

/** Arrays without elements have a place too, which nobody else has at the time. */
function aligned(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / ALIGNMENT)) * ALIGNMENT;
}
