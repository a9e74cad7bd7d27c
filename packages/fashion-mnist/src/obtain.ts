import { assemble, type FashionMnist, type RawFile } from './dataset.js';
import { type DownloadOptions, download } from './download.js';
import { FashionMnistError } from './errors.js';
import { type DataFile, FILES } from './files.js';
import type { LoadOptions } from './load-options.js';

/** Where downloaded files are kept: a folder, or a browser's cache. */
export interface Store {
  /** What to call it. */
  readonly path: string;
  /** The file, if the store has it with the published contents; else null. */
  read(file: DataFile): Promise<RawFile | null>;
  /** Keeps a file whose contents were proved: whole or not at all. */
  write(file: DataFile, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
}

/** Takes the four files from the store, and what it lacks from the mirrors. */
export async function obtain(
  store: Store,
  mirrors: readonly string[],
  { download: allowed = true, stallTimeout = 30_000, onProgress, signal }: LoadOptions,
): Promise<FashionMnist> {
  if (!(stallTimeout > 0)) {
    throw new RangeError(
      `loadFashionMnist: stallTimeout is milliseconds, above 0; received ${stallTimeout}.`,
    );
  }
  const keys = ['trainImages', 'trainLabels', 'testImages', 'testLabels'] as const;
  const found = await Promise.all(keys.map((key) => store.read(FILES[key])));
  const lacking = keys.map((key) => FILES[key]).filter((_, i) => found[i] === null);
  if (lacking.length > 0 && !allowed) throw notThere(store, lacking);

  const total = lacking.reduce((sum, file) => sum + file.packed.size, 0);
  let finished = 0;
  const fetchOne = async (file: DataFile): Promise<RawFile> => {
    const options: DownloadOptions = {
      mirrors,
      stallTimeout,
      signal,
      // A server may make fetch unpack the file: more bytes come than the published size.
      onReceived: (bytes, url) =>
        onProgress?.({ file: file.name, url, loaded: finished + Math.min(bytes, file.packed.size), total }),
    };
    const { bytes, url } = await download(file, options);
    finished += file.packed.size;
    await store.write(file, bytes);
    return { bytes, origin: url };
  };
  // One after the other: the time goes into one of the four, and progress stays a single line.
  const trainImages = found[0] ?? (await fetchOne(FILES.trainImages));
  const trainLabels = found[1] ?? (await fetchOne(FILES.trainLabels));
  const testImages = found[2] ?? (await fetchOne(FILES.testImages));
  const testLabels = found[3] ?? (await fetchOne(FILES.testLabels));
  const kind = lacking.length > 0 ? 'download' : 'cache';
  return assemble({ trainImages, trainLabels, testImages, testLabels }, { kind, path: store.path }, false);
}

function notThere(store: Store, lacking: readonly DataFile[]): FashionMnistError {
  const names = lacking.map(({ name }) => `${name}.gz`).join(', ');
  return new FashionMnistError(
    'missing',
    `The cache ${store.path} lacks ${names} (or has it with other contents), and download is false. ` +
      'Allow the download, or pass the folder that has the four files as dir or in FASHION_MNIST_DIR.',
  );
}
