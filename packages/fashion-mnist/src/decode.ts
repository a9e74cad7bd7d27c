import { checkFlag, checkOptions, expected, type OptionNames } from '@trainkit/checks';
import { md5 } from 'hash-wasm';
import { FashionMnistError } from './errors.js';
import {
  FashionMnistDataset,
  NORMALIZE_OPTIONS,
  type NormalizeOptions,
  SIDE,
} from './fashion-mnist-dataset.js';
import { type DataFile, FILES, type FileTable } from './files.js';
import { gunzip, isGzip } from './gunzip.js';
import { idxSize, parseIdx } from './idx.js';
import { normalizationTable } from './normalize.js';

/** The origin of the files. */
export interface Source {
  /**
   * `directory`: the caller's folder · `cache`: all four were in the cache · `download`: at least
   * one was fetched · `sample`: the sample of `@trainkit/fashion-mnist-sample` · `bytes`: passed to
   * `decodeFashionMnist`.
   */
  readonly kind: 'directory' | 'cache' | 'download' | 'sample' | 'bytes';
  /** The folder of the files; in a browser the name of the cache; null if there is none. */
  readonly path: string | null;
}

/** Fashion-MNIST, loaded and checked. */
export interface FashionMnist {
  /** 60,000 images, or the number in the caller's own folder. */
  readonly train: FashionMnistDataset;
  /** 10,000 images, or the number in the caller's own folder. */
  readonly test: FashionMnistDataset;
  /** True if both are complete: 60,000 and 10,000 images. */
  readonly complete: boolean;
  /** The origin of the files. */
  readonly source: Source;
}

/** The bytes of the four files, each as `.gz` or unpacked. */
export interface FashionMnistFiles {
  /** `train-images-idx3-ubyte`. */
  readonly trainImages: Uint8Array<ArrayBuffer>;
  /** `train-labels-idx1-ubyte`. */
  readonly trainLabels: Uint8Array<ArrayBuffer>;
  /** `t10k-images-idx3-ubyte`. */
  readonly testImages: Uint8Array<ArrayBuffer>;
  /** `t10k-labels-idx1-ubyte`. */
  readonly testLabels: Uint8Array<ArrayBuffer>;
}

/** Options of {@link decodeFashionMnist}. */
export interface DecodeOptions extends NormalizeOptions {
  /**
   * True to require that files of the full size have the published contents (MD5). Default true.
   */
  verify?: boolean | undefined;
}

const DECODE_OPTIONS: OptionNames<DecodeOptions> = { ...NORMALIZE_OPTIONS, verify: true };

/**
 * Fashion-MNIST from the bytes of its four files, unpacked and checked, for files that
 * `loadFashionMnist` does not load.
 *
 * @throws FashionMnistError `damaged` for bytes that are no valid file, or two files that do not
 *   belong together
 */
export async function decodeFashionMnist(
  files: FashionMnistFiles,
  options: DecodeOptions = {},
): Promise<FashionMnist> {
  const { verify = true, mean, std } = checkOptions('decodeFashionMnist', options, DECODE_OPTIONS);
  checkFlag('decodeFashionMnist', 'verify', verify);
  normalizationTable('decodeFashionMnist', { mean, std });
  const raw = (name: keyof FashionMnistFiles): RawFile => {
    const bytes: unknown = files?.[name];
    if (bytes instanceof Uint8Array) return { bytes: files[name], origin: name };
    throw new TypeError(
      expected('decodeFashionMnist', `files.${name}`, bytes, 'the bytes of the file as a Uint8Array'),
    );
  };
  const all = {
    trainImages: raw('trainImages'),
    trainLabels: raw('trainLabels'),
    testImages: raw('testImages'),
    testLabels: raw('testLabels'),
  };
  return assemble(FILES, all, { kind: 'bytes', path: null }, { verify, mean, std });
}

/** One file's bytes, packed or not, and its name in errors. */
export interface RawFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly origin: string;
}

/** The four files' bytes. */
export type RawFiles = Readonly<Record<keyof FileTable, RawFile>>;

/** The four files; null for one that is missing. */
export type FoundFiles = Readonly<Record<keyof FileTable, RawFile | null>>;

/** Looks for the four files in parallel. */
export async function findFiles(
  files: FileTable,
  read: (file: DataFile) => Promise<RawFile | null>,
): Promise<FoundFiles> {
  const [trainImages, trainLabels, testImages, testLabels] = await Promise.all([
    read(files.trainImages),
    read(files.trainLabels),
    read(files.testImages),
    read(files.testLabels),
  ]);
  return { trainImages, trainLabels, testImages, testLabels };
}

/** The files among the four that were not found. */
export function lackingFiles(files: FileTable, found: FoundFiles): DataFile[] {
  const keys = ['trainImages', 'trainLabels', 'testImages', 'testLabels'] as const;
  return keys.filter((key) => found[key] === null).map((key) => files[key]);
}

/**
 * Unpacks and checks the four files and joins them.
 *
 * @param options.verify true to compare the contents of files of the full size with the published
 *   MD5; false if the packed files were already compared
 */
export async function assemble(
  files: FileTable,
  raw: RawFiles,
  source: Source,
  options: DecodeOptions,
): Promise<FashionMnist> {
  const [train, test] = await Promise.all([
    readSplit(raw.trainImages, raw.trainLabels, files.trainImages, files.trainLabels, options),
    readSplit(raw.testImages, raw.testLabels, files.testImages, files.testLabels, options),
  ]);
  const complete = train.length === files.trainImages.count && test.length === files.testImages.count;
  return { train, test, complete, source };
}

async function readSplit(
  rawImages: RawFile,
  rawLabels: RawFile,
  imagesFile: DataFile,
  labelsFile: DataFile,
  { verify = true, ...normalization }: DecodeOptions,
): Promise<FashionMnistDataset> {
  const [images, labels] = await Promise.all([
    readIdx(rawImages, 3, imagesFile, verify),
    readIdx(rawLabels, 1, labelsFile, verify),
  ]);
  const [length, rows, columns] = images.shape;
  if (rows !== SIDE || columns !== SIDE) {
    throw new FashionMnistError(
      'damaged',
      `${rawImages.origin}: images must be ${SIDE} × ${SIDE}; they are ${rows} × ${columns}.`,
    );
  }
  if (length !== labels.data.length) {
    throw new FashionMnistError(
      'damaged',
      `${rawImages.origin} has ${length} images, but ${rawLabels.origin} has ${labels.data.length} labels: ` +
        'the two files do not belong together.',
    );
  }
  const wrong = labels.data.findIndex((label) => label > 9);
  if (wrong >= 0) {
    throw new FashionMnistError(
      'damaged',
      `${rawLabels.origin}: labels are 0 to 9; label number ${wrong} is ${labels.data[wrong]}.`,
    );
  }
  return new FashionMnistDataset({ images: images.data, labels: labels.data }, normalization);
}

async function readIdx({ bytes, origin }: RawFile, rank: number, file: DataFile, verify: boolean) {
  const unpacked = isGzip(bytes)
    ? await gunzip(bytes, origin, (start) => idxSize(start, rank, origin))
    : bytes;
  const idx = parseIdx(unpacked, rank, origin);
  if (verify && idx.shape[0] === file.count) {
    const found = await md5(unpacked);
    if (found !== file.unpacked.md5) {
      throw new FashionMnistError(
        'damaged',
        `${origin} has Fashion-MNIST's size but not its contents: MD5 ${found} (unpacked) where ` +
          `${file.unpacked.md5} is expected. MNIST's files have the same names: are they those? ` +
          'Replace the file, or pass verify: false if the contents are meant.',
      );
    }
  }
  return idx;
}
