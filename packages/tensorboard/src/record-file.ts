import { errorReason } from '@trainkit/checks';
import { cancelFlushAtExit, flushAtExit } from './at-exit.js';
import type { CreatedFile } from './create-file.js';
import type { FileSystem } from './file-system.js';
import { countRecords, wholeRecords } from './record.js';
import { RecordBuffer } from './record-buffer.js';

/** Flush threshold in bytes, about 1,000 scalars. */
const BATCH = 64 * 1024;

/** The limit of bytes in memory, while the disk is full or slower than the program. */
const MOST_HELD = 64 * 1024 * 1024;

/** The options of a file of records. */
export interface RecordFileOptions {
  /** The longest time that a record may wait in memory, in seconds. */
  flushSeconds: number;
  /** Called each time that writing begins to fail. */
  onError: (error: Error) => void;
}

interface Waiter {
  /** The length of the file at which the batch is complete. */
  end: number;
  resolve: () => void;
  reject: (error: Error) => void;
}

/**
 * A file of records, written in order by another thread, so that appending never waits for the
 * disk.
 *
 * One batch is written at a time. Its callback reports completion; in a loop that never awaits,
 * where no callback runs, the length of the file shows it. Each batch has a fixed offset in the
 * file, so writing it twice changes nothing. The end of the process uses this for a batch whose
 * callback has not run. After a failure the file is truncated to its last whole record, and the
 * remaining records wait in memory for the next try.
 */
export class RecordFile {
  readonly #path: string;
  readonly #descriptor: number;
  readonly #files: FileSystem;
  readonly #flushMilliseconds: number;
  readonly #onError: (error: Error) => void;

  readonly #waiting = new RecordBuffer();
  /** The time and the size in bytes at which waiting records are written. */
  #due = 0;
  #enough = BATCH;
  #timer: NodeJS.Timeout | undefined;

  /** The end of the whole records in the file. */
  #end = 0;
  #onItsWay: Buffer | undefined;
  #lengthTells = true;
  #failure: Error | undefined;
  /** The number of lost events, and the number that a flush has reported. */
  #lost = 0;
  #told = 0;
  #waiters: Waiter[] = [];
  #closing: Promise<void> | undefined;

  constructor({ path, descriptor }: CreatedFile, options: RecordFileOptions, files: FileSystem) {
    this.#path = path;
    this.#descriptor = descriptor;
    this.#files = files;
    this.#flushMilliseconds = options.flushSeconds * 1000;
    this.#onError = options.onError;
    flushAtExit(this);
  }

  /** Appends the record of `data`: immediately in memory, soon on the disk. */
  append(data: Uint8Array): void {
    if (this.#held > MOST_HELD) {
      // Reached only if the disk makes no progress. Memory is limited, so wait for the disk, unless
      // it is known to be full.
      if (this.#failure === undefined) this.#writeAll();
      if (this.#held > MOST_HELD) {
        this.#lost++;
        return;
      }
    }
    const now = performance.now();
    if (this.#waiting.size === 0) this.#wait(now);
    this.#waiting.add(data);
    if (this.#waiting.size >= this.#enough || now >= this.#due) this.#handOver();
  }

  /**
   * Resolves when everything appended so far is on the disk, or cannot be written; reports lost
   * events once.
   */
  async flush(): Promise<void> {
    const lost = this.#lost;
    const news = lost > this.#told;
    await this.#settle();
    if (!news) return;
    this.#told = Math.max(this.#told, lost);
    throw this.#unwritten(lost);
  }

  /** Flushes and closes the file; a second call returns the promise of the first. */
  close(): Promise<void> {
    this.#closing ??= this.#finish();
    return this.#closing;
  }

  /**
   * Writes the remaining records synchronously, at the end of the process, when no callback runs
   * any more.
   */
  writeRest(): void {
    clearTimeout(this.#timer);
    this.#writeAll();
    if (this.#waiting.size > 0 || this.#lost > this.#told) {
      this.#onError(this.#unwritten(this.#takeUnwritten(), this.#failure));
    }
  }

  /** The number of bytes in memory that may not be in the file yet. */
  get #held(): number {
    return this.#waiting.size + (this.#onItsWay?.length ?? 0);
  }

  async #finish(): Promise<void> {
    try {
      let failure: unknown;
      await this.#settle().catch((error: unknown) => {
        failure = error;
      });
      const unwritten = this.#takeUnwritten();
      if (unwritten > 0) throw this.#unwritten(unwritten, failure);
      if (failure) throw failure;
    } finally {
      clearTimeout(this.#timer);
      cancelFlushAtExit(this);
      await new Promise<void>((resolve) => this.#files.close(this.#descriptor, () => resolve()));
    }
  }

  /** Resolves when all bytes in memory are on the disk. */
  async #settle(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const end = this.#end + this.#held;
      this.#waiters.push({ end, resolve, reject });
      this.#handOver();
      this.#settleWaiters();
    });
    await this.#synchronize();
  }

  #wait(now: number): void {
    this.#due = now + this.#flushMilliseconds;
    this.#enough = this.#waiting.size + BATCH;
    if (this.#timer) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#waiting.size > 0) this.#handOver();
    }, this.#flushMilliseconds);
    // The timer must not keep the process alive: at its end everything is written.
    this.#timer.unref();
  }

  #handOver(): void {
    if (this.#onItsWay && this.#hasArrived(this.#onItsWay)) this.#arrived();
    if (this.#onItsWay) {
      this.#wait(performance.now());
      return;
    }
    if (this.#waiting.size === 0) return;
    const batch = this.#waiting.take();
    this.#enough = BATCH;
    this.#onItsWay = batch;
    this.#write(batch, 0);
  }

  #write(batch: Buffer, from: number): void {
    const { length } = batch;
    this.#files.write(this.#descriptor, batch, from, length - from, this.#end + from, (error, written) => {
      // The length of the file has already shown it, or the process wrote it at its end.
      if (this.#onItsWay !== batch) return;
      const to = error ? from : from + written;
      if (error || written === 0) this.#failed(batch, to, error ?? new Error('the disk takes no more bytes'));
      else if (to < length) this.#write(batch, to);
      else this.#arrived();
      if (this.#waiters.length > 0 && this.#failure === undefined) this.#handOver();
      this.#settleWaiters();
    });
  }

  /** Writes everything on this thread. */
  #writeAll(): void {
    const rest = this.#onItsWay;
    this.#onItsWay = undefined;
    if (rest) this.#waiting.putBack(rest);
    if (this.#waiting.size === 0) return;
    const batch = this.#waiting.take();
    this.#onItsWay = batch;
    let from = 0;
    try {
      while (from < batch.length)
        from += this.#files.writeSync(this.#descriptor, batch, from, batch.length - from, this.#end + from);
      this.#arrived();
    } catch (error) {
      this.#failed(batch, from, error instanceof Error ? error : new Error(String(error)));
    }
  }

  #hasArrived({ length }: Buffer): boolean {
    return this.#lengthTells && this.#files.fstatSync(this.#descriptor).size >= this.#end + length;
  }

  #arrived(): void {
    this.#end += this.#onItsWay?.length ?? 0;
    this.#onItsWay = undefined;
    this.#failure = undefined;
  }

  /** Handles a failed write of `batch`, whose first `written` bytes are in the file. */
  #failed(batch: Buffer, written: number, cause: Error): void {
    const whole = wholeRecords(batch, written);
    this.#end += whole;
    this.#onItsWay = undefined;
    this.#waiting.putBack(batch.subarray(whole));
    try {
      this.#files.ftruncateSync(this.#descriptor, this.#end);
    } catch {
      // The next try overwrites the torn record; until then readers stop before it.
      this.#lengthTells = false;
    }
    const known = this.#failure !== undefined;
    this.#failure = new Error(
      `Writing ${this.#path} failed: ${errorReason(cause)}. The file keeps its events; the rest waits in memory and is tried again every ${this.#flushMilliseconds / 1000} s. Make room, or close the writer.`,
      { cause },
    );
    this.#wait(performance.now());
    if (!known) this.#onError(this.#failure);
  }

  #settleWaiters(): void {
    const failure = this.#failure;
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const waiter of waiters) {
      if (waiter.end <= this.#end) waiter.resolve();
      else if (failure && !this.#onItsWay) waiter.reject(failure);
      else this.#waiters.push(waiter);
    }
  }

  #synchronize(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#files.fdatasync(this.#descriptor, (error) => {
        if (!error) return resolve();
        const failure = new Error(`Writing ${this.#path} to the disk failed: ${errorReason(error)}.`, {
          cause: error,
        });
        this.#onError(failure);
        reject(failure);
      });
    });
  }

  /** Removes the waiting events, and returns the number of events that are not in the file. */
  #takeUnwritten(): number {
    return countRecords(this.#waiting.take()) + this.#lost;
  }

  #unwritten(count: number, cause?: unknown): Error {
    const reason =
      cause instanceof Error && cause.cause instanceof Error ? `: ${errorReason(cause.cause)}` : '';
    return new Error(
      `${count} ${count === 1 ? 'event' : 'events'} could not be written to ${this.#path}${reason}. All others are in the file.`,
      { cause },
    );
  }
}
