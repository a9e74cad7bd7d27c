import { enter, leave } from './at-exit.js';
import type { CreatedFile } from './create-file.js';
import type { FileSystem } from './file-system.js';
import { countRecords, wholeRecords } from './record.js';
import { RecordBuffer } from './record-buffer.js';

/** So many bytes are handed over at once, however young they are: some thousand scalars. */
const BATCH = 64 * 1024;

/** What is held in memory at most, while the disk is full or slower than the program. */
const MOST_HELD = 64 * 1024 * 1024;

/** How a file of records is written. */
export interface RecordFileOptions {
  /** For how long a record may wait in memory. */
  flushSeconds: number;
  /** Told once each time that writing begins to fail. */
  onError: (error: Error) => void;
}

interface Waiter {
  /** Where the file must end for this one to be done. */
  end: number;
  resolve: () => void;
  reject: (error: Error) => void;
}

/**
 * A file of records, written in their order by another thread: whoever appends never waits for the disk.
 *
 * One batch is on its way at a time. Its callback says that it arrived; in a loop that never awaits, where no callback
 * comes, the length of the file says it. Each batch has its place in the file, so writing one again changes nothing:
 * that is what the end of the process does with a batch whose callback is still to come. After a failure the file is
 * cut back to its last whole record, and what is left waits in memory for the next try.
 */
export class RecordFile {
  readonly #path: string;
  readonly #descriptor: number;
  readonly #files: FileSystem;
  readonly #flushMilliseconds: number;
  readonly #onError: (error: Error) => void;

  readonly #waiting = new RecordBuffer();
  /** When to hand over what waits, at the latest, and from how many bytes on. */
  #due = 0;
  #enough = BATCH;
  #timer: NodeJS.Timeout | undefined;

  /** Up to here the file holds whole records. */
  #end = 0;
  #onItsWay: Buffer | undefined;
  #lengthTells = true;
  #failure: Error | undefined;
  /** Events that were left out, and how many of them a flush has told of. */
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
    enter(this);
  }

  /** Appends the record of `data`: at once in memory, soon on the disk. */
  append(data: Uint8Array): void {
    if (this.#held > MOST_HELD) {
      // Only a disk that stands still comes here, and memory has an end: wait for it, unless it is known to be full.
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

  /** Settles when everything appended so far is on the disk, or cannot be written; tells once of what was left out. */
  async flush(): Promise<void> {
    const lost = this.#lost;
    const news = lost > this.#told;
    await this.#settle();
    if (!news) return;
    this.#told = Math.max(this.#told, lost);
    throw this.#unwritten(lost);
  }

  /** Flushes and closes the file; a second call gives the first one's promise. */
  close(): Promise<void> {
    this.#closing ??= this.#finish();
    return this.#closing;
  }

  /** Writes what is left, now. For the end of the process, when no callback comes any more. */
  writeRest(): void {
    clearTimeout(this.#timer);
    this.#writeAll();
    if (this.#waiting.size > 0 || this.#lost > this.#told) {
      this.#onError(this.#unwritten(this.#takeUnwritten(), this.#failure));
    }
  }

  /** In bytes, what is in memory and perhaps not in the file. */
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
      leave(this);
      await new Promise<void>((resolve) => this.#files.close(this.#descriptor, () => resolve()));
    }
  }

  /** Ends when all that is held is on the disk. */
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
    // Not a reason for the process to live on: at its end everything is written.
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
      // The length of the file has told already, or the process wrote it at its end.
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

  /** Of `batch` the first `written` bytes are in the file. */
  #failed(batch: Buffer, written: number, cause: Error): void {
    const whole = wholeRecords(batch, written);
    this.#end += whole;
    this.#onItsWay = undefined;
    this.#waiting.putBack(batch.subarray(whole));
    try {
      this.#files.ftruncateSync(this.#descriptor, this.#end);
    } catch {
      // The next try writes over what is torn, and until then readers stop before it.
      this.#lengthTells = false;
    }
    const known = this.#failure !== undefined;
    this.#failure = new Error(
      `Writing ${this.#path} failed: ${cause.message}. What is in the file stays; the rest waits in memory, and is tried again every ${this.#flushMilliseconds / 1000} s. Make room, or close the writer.`,
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
        const failure = new Error(`Writing ${this.#path} to the disk failed: ${error.message}.`, {
          cause: error,
        });
        this.#onError(failure);
        reject(failure);
      });
    });
  }

  /** How many events are not in the file; those that wait are given up. */
  #takeUnwritten(): number {
    return countRecords(this.#waiting.take()) + this.#lost;
  }

  #unwritten(count: number, cause?: unknown): Error {
    const reason = cause instanceof Error && cause.cause instanceof Error ? `: ${cause.cause.message}` : '';
    return new Error(
      `${count} ${count === 1 ? 'event' : 'events'} could not be written to ${this.#path}${reason}. All others are in the file.`,
      { cause },
    );
  }
}
