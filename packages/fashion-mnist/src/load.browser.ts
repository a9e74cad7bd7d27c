import { openCacheStore } from './cache-store.js';
import type { FashionMnist } from './decode.js';
import { FILES } from './files.js';
import { checkLoadOptions, type LoadOptions } from './load-options.js';
import { REPOSITORY, resolveMirrors } from './mirrors.js';
import { obtain } from './obtain.js';

/** `loadFashionMnist` in a browser: fetch and the Cache API instead of folders, the same checks. */
export async function loadFashionMnist(options: LoadOptions = {}): Promise<FashionMnist> {
  checkLoadOptions(options);
  for (const name of ['dir', 'cacheDir'] as const) {
    if (options[name] === undefined) continue;
    throw new TypeError(
      `loadFashionMnist: ${name} is a folder, which a browser cannot read. Serve the four files and pass ` +
        "their address instead: mirrors: ['/data/'].",
    );
  }
  options.signal?.throwIfAborted();
  const mirrors = resolveMirrors(options.mirrors ?? [REPOSITORY], globalThis.location?.href);
  return obtain(FILES, await openCacheStore(), mirrors, options);
}
