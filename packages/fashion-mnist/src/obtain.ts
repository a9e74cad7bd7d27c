import { show } from '@trainkit/checks';
import { assemble, type FashionMnist, findFiles, lackingFiles, type RawFile } from './decode.js';
import { download } from './download.js';
import { FashionMnistError } from './errors.js';
import type { DataFile, FileTable } from './files.js';
import type { LoadOptions } from './load-options.js';

/** A store of downloaded files: a folder, or a browser's cache. */
export interface Store {
  /** The store's name for users; null if it stores nothing. */
  readonly path: string | null;
  /** The file, if the store has it with the published contents; else null. */
  read(file: DataFile): Promise<RawFile | null>;
  /**
   * Stores a verified file atomically.
   *
   * @throws FashionMnistError `unwritable` if it fails for a reason that the user can remove
   */
  write(file: DataFile, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
}

/** Reads the four files from the store, and fetches missing ones from the mirrors. */
export async function obtain(
  files: FileTable,
  store: Store,
  mirrors: readonly string[],
  options: LoadOptions,
): Promise<FashionMnist> {
  const {
    download: allowed = true,
    stallTimeout = 30_000,
    onProgress,
    onWarning = warn,
    signal,
    mean,
    std,
  } = options;
  if (!(typeof stallTimeout === 'number' && stallTimeout > 0)) {
    throw new RangeError(
      `loadFashionMnist: stallTimeout is milliseconds, above 0; received ${show(stallTimeout)}.`,
    );
  }
  const found = await findFiles(files, (file) => store.read(file));
  const lacking = lackingFiles(files, found);
  if (lacking.length > 0 && !allowed) throw notThere(store, lacking);

  const total = lacking.reduce((sum, file) => sum + file.packed.size, 0);
  let finished = 0;
  let kept = true;
  const fetchOne = async (file: DataFile): Promise<RawFile> => {
    const { bytes, url } = await download(file, {
      mirrors,
      stallTimeout,
      signal,
      // fetch may unpack the file because of a server's header, so more bytes than the published
      // size may arrive.
      onReceived: (count, from) => {
        const loaded = finished + Math.min(count, file.packed.size);
        onProgress?.({ file: `${file.name}.gz`, url: from, loaded, total });
      },
    });
    finished += file.packed.size;
    try {
      await store.write(file, bytes);
    } catch (error) {
      if (!(error instanceof FashionMnistError)) throw error;
      // The bytes are verified already; if the cache cannot be written, the next start downloads
      // again.
      if (kept) onWarning(error);
      kept = false;
    }
    return { bytes, origin: url };
  };
  // One after the other: most of the time goes into one of the four, and the progress stays a
  // single line.
  const raw = {
    trainImages: found.trainImages ?? (await fetchOne(files.trainImages)),
    trainLabels: found.trainLabels ?? (await fetchOne(files.trainLabels)),
    testImages: found.testImages ?? (await fetchOne(files.testImages)),
    testLabels: found.testLabels ?? (await fetchOne(files.testLabels)),
  };
  const kind = lacking.length > 0 ? 'download' : 'cache';
  return assemble(files, raw, { kind, path: kept ? store.path : null }, { verify: false, mean, std });
}

function warn({ message }: FashionMnistError): void {
  console.warn(message);
}

function notThere(store: Store, lacking: readonly DataFile[]): FashionMnistError {
  const names = lacking.map(({ name }) => `${name}.gz`).join(', ');
  const there =
    store.path === null
      ? `There is no cache that could have ${names}`
      : `The cache ${store.path} lacks ${names} (or has it with other contents)`;
  return new FashionMnistError(
    'missing',
    `${there}, and download is false. ` +
      'Allow the download, or pass the folder that has the four files as dir or in FASHION_MNIST_DIR.',
  );
}
