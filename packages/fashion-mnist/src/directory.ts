import { access } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { assemble, type FashionMnist, findFiles, lackingFiles } from './dataset.js';
import { FashionMnistError } from './errors.js';
import { type DataFile, FILES } from './files.js';
import { readEither } from './read-file.js';

/** Reads the four files from a folder of the caller's; `name` says in errors how the folder was given. */
export async function readDirectory(dir: string, name: string, verify: boolean): Promise<FashionMnist> {
  const folder = resolve(dir);
  const found = await findFiles(FILES, (file) => readEither(folder, file));
  const { trainImages, trainLabels, testImages, testLabels } = found;
  if (trainImages === null || trainLabels === null || testImages === null || testLabels === null) {
    throw await missing(folder, name, lackingFiles(FILES, found));
  }
  const raw = { trainImages, trainLabels, testImages, testLabels };
  return assemble(FILES, raw, { kind: 'directory', path: folder }, verify);
}

async function missing(folder: string, name: string, files: readonly DataFile[]): Promise<FashionMnistError> {
  const names = files.map((file) => `${file.name}.gz`).join(', ');
  const torchvision = join(folder, 'FashionMNIST', 'raw');
  const hint = (await exists(torchvision))
    ? ` torchvision's files are in ${torchvision}: give that folder.`
    : '';
  return new FashionMnistError(
    'missing',
    `${name} is ${folder}, which lacks ${names} (with or without .gz).${hint} ` +
      `Put the four files there, or leave ${name} out to have them downloaded.`,
  );
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
