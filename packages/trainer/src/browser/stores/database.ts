import { type Blobs, checkOffset } from './blobs.js';

const NAME = 'trainkit';
const CHUNKS = 'chunks';

/** The key of a chunk of a blob, whose bytes begin at `offset`. */
type ChunkKey = [run: string, name: string, offset: number];

/**
 * The blobs of a run in IndexedDB, in chunks, so that a log grows only by its new lines; each write
 * is a transaction.
 */
export class Database implements Blobs {
  readonly #database: IDBDatabase;
  readonly #run: string;

  constructor(database: IDBDatabase, run: string) {
    this.#database = database;
    this.#run = run;
  }

  async read(name: string): Promise<Uint8Array | null> {
    const chunks = this.#database.transaction(CHUNKS).objectStore(CHUNKS);
    const pieces = piecesOf(await settled(chunks.getAll(this.#range(name))));
    return pieces.length === 0 ? null : joined(pieces);
  }

  async has(name: string): Promise<boolean> {
    const chunks = this.#database.transaction(CHUNKS).objectStore(CHUNKS);
    return (await settled(chunks.count(this.#range(name)))) > 0;
  }

  async write(name: string, bytes: Uint8Array<ArrayBuffer>, keep: string | null): Promise<void> {
    const { chunks, done } = this.#begin();
    if (keep !== null) {
      const old = piecesOf(await settled(chunks.getAll(this.#range(name))));
      if (old.length > 0) {
        chunks.delete(this.#range(keep));
        chunks.put(joined(old), this.#key(keep, 0));
      }
    }
    chunks.delete(this.#range(name));
    chunks.put(bytes, this.#key(name, 0));
    await done;
  }

  async append(name: string, bytes: Uint8Array<ArrayBuffer>, at: number): Promise<void> {
    const { chunks, done } = this.#begin();
    const keys = await settled(chunks.getAllKeys(this.#range(name)));
    const end = await this.#endOf(chunks, keys);
    checkOffset(at, end);
    if (end !== at) {
      const whole = joined(piecesOf(await settled(chunks.getAll(this.#range(name)))));
      chunks.delete(this.#range(name));
      if (at > 0) chunks.put(whole.slice(0, at), this.#key(name, 0));
    }
    if (bytes.length > 0) chunks.put(bytes, this.#key(name, at));
    await done;
  }

  /** Does nothing: a transaction leaves nothing behind. */
  async sweep(): Promise<void> {
    return;
  }

  async remove(): Promise<void> {
    const { chunks, done } = this.#begin();
    chunks.delete(IDBKeyRange.bound([this.#run], [this.#run, []]));
    await done;
  }

  async #endOf(chunks: IDBObjectStore, keys: readonly IDBValidKey[]): Promise<number> {
    const last = keys.at(-1);
    if (!isChunkKey(last)) return 0;
    const [piece] = piecesOf([await settled(chunks.get(last))]);
    return last[2] + (piece?.length ?? 0);
  }

  /** Begins a transaction; `done` resolves when it is on the disk. */
  #begin(): { chunks: IDBObjectStore; done: Promise<void> } {
    const transaction = this.#database.transaction(CHUNKS, 'readwrite', { durability: 'strict' });
    const done = new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error ?? new Error('the transaction was aborted'));
    });
    // The rejection is reported to the caller that awaits it; if a request fails first, that error
    // says more.
    done.catch(() => undefined);
    return { chunks: transaction.objectStore(CHUNKS), done };
  }

  #key(name: string, offset: number): ChunkKey {
    return [this.#run, name, offset];
  }

  #range(name: string): IDBKeyRange {
    return IDBKeyRange.bound(this.#key(name, 0), this.#key(name, Number.POSITIVE_INFINITY));
  }
}

/** Opens the database, and creates it if there is none. */
export function openDatabase(): Promise<IDBDatabase> {
  const request = indexedDB.open(NAME, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(CHUNKS);
  return settled(request);
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('the request failed'));
  });
}

function piecesOf(values: readonly unknown[]): Uint8Array[] {
  return values.filter((value) => value instanceof Uint8Array);
}

function joined(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

function isChunkKey(key: unknown): key is ChunkKey {
  return Array.isArray(key) && typeof key[2] === 'number';
}
