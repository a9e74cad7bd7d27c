import { RECORD_OVERHEAD, writeRecord } from './record.js';

/**
 * The initial capacity in bytes. Most batches fit: they are flushed at 64 KiB, and an event has a
 * few dozen bytes.
 */
const CAPACITY = 128 * 1024;

/** Records that wait for the disk, one after another in memory. */
export class RecordBuffer {
  #bytes = Buffer.allocUnsafe(CAPACITY);
  #size = 0;

  /** The size in bytes. */
  get size(): number {
    return this.#size;
  }

  /** Appends the record of `data`. */
  add(data: Uint8Array): void {
    this.#reserve(RECORD_OVERHEAD + data.length);
    this.#size = writeRecord(this.#bytes, this.#size, data);
  }

  /** Removes and returns all records; the returned buffer is not changed later. */
  take(): Buffer {
    const taken = this.#bytes.subarray(0, this.#size);
    this.#bytes = Buffer.allocUnsafe(CAPACITY);
    this.#size = 0;
    return taken;
  }

  /** Puts records that could not be written back before those added since. */
  putBack(records: Buffer): void {
    const since = this.take();
    this.#reserve(records.length + since.length);
    records.copy(this.#bytes);
    since.copy(this.#bytes, records.length);
    this.#size = records.length + since.length;
  }

  #reserve(bytes: number): void {
    const needed = this.#size + bytes;
    if (needed <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(needed, 2 * this.#bytes.length));
    this.#bytes.copy(grown, 0, 0, this.#size);
    this.#bytes = grown;
  }
}
