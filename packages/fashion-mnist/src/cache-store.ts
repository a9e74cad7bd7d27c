import type { RawFile } from './decode.js';
import type { DataFile } from './files.js';
import type { Store } from './obtain.js';
import { publishedForm } from './published.js';

const NAME = 'trainkit-fashion-mnist';

/**
 * The browser's Cache API as a store. If a page may not use it (no https, private modes), the store
 * keeps nothing, and the files are downloaded at each visit.
 */
export async function openCacheStore(): Promise<Store> {
  try {
    return new CacheStore(await caches.open(NAME));
  } catch {
    return { path: null, read: async () => null, write: async () => {} };
  }
}

class CacheStore implements Store {
  readonly path = NAME;
  readonly #cache: Cache;

  constructor(cache: Cache) {
    this.#cache = cache;
  }

  async read(file: DataFile): Promise<RawFile | null> {
    const response = await this.#cache.match(keyOf(file));
    if (response === undefined) return null;
    const bytes = new Uint8Array(await response.arrayBuffer());
    if ((await publishedForm(file, bytes)) !== null) return { bytes, origin: `${file.name} in ${NAME}` };
    await this.#cache.delete(keyOf(file));
    return null;
  }

  async write(file: DataFile, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    // A full quota makes the next visit download again; this one has the bytes.
    await this.#cache.put(keyOf(file), new Response(bytes)).catch(() => {});
  }
}

/** An address without a server, since the key must not depend on the mirror of the file. */
function keyOf(file: DataFile): string {
  return `https://trainkit.invalid/fashion-mnist/${file.name}`;
}
