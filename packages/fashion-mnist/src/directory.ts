import { access, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { assemble, type FashionMnist, type RawFile } from './dataset.js';
import { FashionMnistError } from './errors.js';
import { ALL_FILES, type DataFile, FILES } from './files.js';

/** Reads the four files from a folder of the caller's; `name` says in errors how the folder was given. */
export async function readDirectory(dir: string, name: string, verify: boolean): Promise<FashionMnist> {
  const folder = resolve(dir);
  const [trainImages, trainLabels, testImages, testLabels] = await Promise.all([
    readEither(folder, FILES.trainImages),
    readEither(folder, FILES.trainLabels),
    readEither(folder, FILES.testImages),
    readEither(folder, FILES.testLabels),
  ]);
  if (trainImages === null || trainLabels === null || testImages === null || testLabels === null) {
    throw await missing(folder, name, [trainImages, trainLabels, testImages, testLabels]);
  }
  const raw = { trainImages, trainLabels, testImages, testLabels };
  return assemble(raw, { kind: 'directory', path: folder }, verify);
}

/** The file as `.gz` or, failing that, unpacked; null if there is neither. The packed one has a checksum. */
async function readEither(folder: string, { name }: DataFile): Promise<RawFile | null> {
  for (const path of [join(folder, `${name}.gz`), join(folder, name)]) {
    const bytes = await readIfPresent(path);
    if (bytes !== null) return { bytes, origin: path };
  }
  return null;
}

/** A file's bytes; null where there is no such file. */
export async function readIfPresent(path: string): Promise<Uint8Array<ArrayBuffer> | null> {
  try {
    return await readFile(path);
  } catch (error) {
    if (isCode(error, 'ENOENT') || isCode(error, 'ENOTDIR')) return null;
    throw error;
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

async function missing(folder: string, name: string, found: (RawFile | null)[]): Promise<FashionMnistError> {
  const names = ALL_FILES.filter((_, i) => found[i] === null).map((file) => `${file.name}.gz`);
  const torchvision = join(folder, 'FashionMNIST', 'raw');
  const hint = (await exists(torchvision))
    ? ` torchvision's files are in ${torchvision}: give that folder.`
    : '';
  return new FashionMnistError(
    'missing',
    `${name} is ${folder}, which lacks ${names.join(', ')} (with or without .gz).${hint} ` +
      `Put the four files there, or leave ${name} out to have them downloaded.`,
  );
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
