import { md5 } from 'hash-wasm';
import { FashionMnistError } from './errors.js';
import type { DataFile, FileTable } from './files.js';
import { gunzip, isGzip } from './gunzip.js';
import { parseIdx } from './idx.js';
import { SIDE, type Split } from './split.js';

/** Where the files came from. */
export interface Source {
  /** `directory`: the caller's folder; `cache`: all four were there; `download`: at least one was fetched. */
  readonly kind: 'directory' | 'cache' | 'download';
  /** The folder that holds the files now; in a browser the name of the cache; null where nothing could keep them. */
  readonly path: string | null;
}

/** Fashion-MNIST, read and checked. */
export interface FashionMnist {
  /** 60,000 images, or as many as a folder of your own has. */
  readonly train: Split;
  /** 10,000 images, or as many as a folder of your own has. */
  readonly test: Split;
  /** Whether both are full: 60,000 and 10,000 images. */
  readonly complete: boolean;
  /** Where the files came from. */
  readonly source: Source;
}

/** One file's bytes, packed or not, and what to call it in an error. */
export interface RawFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly origin: string;
}

/** The four files' bytes. */
export type RawFiles = Readonly<Record<keyof FileTable, RawFile>>;

/** What there is of the four files; null for one that is not there. */
export type FoundFiles = Readonly<Record<keyof FileTable, RawFile | null>>;

/** Looks for the four files at once. */
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

/** Which of the four files were not found. */
export function lackingFiles(files: FileTable, found: FoundFiles): DataFile[] {
  const keys = ['trainImages', 'trainLabels', 'testImages', 'testLabels'] as const;
  return keys.filter((key) => found[key] === null).map((key) => files[key]);
}

/**
 * Unpacks and checks the four files and joins them.
 *
 * @param verify compare the contents of files of the full size with the published MD5; not needed where the
 * packed files were compared already
 */
export async function assemble(
  files: FileTable,
  raw: RawFiles,
  source: Source,
  verify: boolean,
): Promise<FashionMnist> {
  const [train, test] = await Promise.all([
    readSplit(raw.trainImages, raw.trainLabels, files.trainImages, files.trainLabels, verify),
    readSplit(raw.testImages, raw.testLabels, files.testImages, files.testLabels, verify),
  ]);
  const complete = train.length === files.trainImages.count && test.length === files.testImages.count;
  return { train, test, complete, source };
}

async function readSplit(
  rawImages: RawFile,
  rawLabels: RawFile,
  imagesFile: DataFile,
  labelsFile: DataFile,
  verify: boolean,
): Promise<Split> {
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
  return { images: images.data, labels: labels.data, length: labels.data.length };
}

async function readIdx({ bytes, origin }: RawFile, rank: number, file: DataFile, verify: boolean) {
  const unpacked = isGzip(bytes) ? await gunzip(bytes, origin) : bytes;
  const idx = parseIdx(unpacked, rank, origin);
  if (verify && idx.shape[0] === file.count) {
    const found = await md5(unpacked);
    if (found !== file.unpacked.md5) {
      throw new FashionMnistError(
        'damaged',
        `${origin} has Fashion-MNIST's size but not its contents: MD5 ${found} (unpacked) where ` +
          `${file.unpacked.md5} is expected. MNIST's files bear the same names: are they those? ` +
          'Replace the file, or pass verify: false if the contents are meant.',
      );
    }
  }
  return idx;
}
