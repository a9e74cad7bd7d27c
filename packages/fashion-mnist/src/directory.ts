import { join, resolve } from 'node:path';
import { assemble, type DecodeOptions, type FashionMnist, findFiles, lackingFiles } from './decode.js';
import { FashionMnistError } from './errors.js';
import { type DataFile, FILES } from './files.js';
import { findFile, hasCsvFiles } from './find-file.js';

/**
 * Reads the four files from a folder of the caller's; `name` is the option or variable with its
 * path, for errors.
 */
export async function readDirectory(
  dir: string,
  name: string,
  { verify, mean, std }: DecodeOptions,
): Promise<FashionMnist> {
  const named = resolve(dir);
  // torchvision stores the files in a subfolder of the given folder.
  for (const folder of [named, join(named, 'FashionMNIST', 'raw')]) {
    const found = await findFiles(FILES, (file) => findFile(folder, file));
    const { trainImages, trainLabels, testImages, testLabels } = found;
    if (trainImages !== null && trainLabels !== null && testImages !== null && testLabels !== null) {
      const raw = { trainImages, trainLabels, testImages, testLabels };
      return assemble(FILES, raw, { kind: 'directory', path: folder }, { verify, mean, std });
    }
    const lacking = lackingFiles(FILES, found);
    if (lacking.length < Object.keys(FILES).length) throw await missing(folder, name, lacking);
  }
  throw await missing(named, name, Object.values(FILES));
}

async function missing(folder: string, name: string, files: readonly DataFile[]): Promise<FashionMnistError> {
  const names = files.map((file) => `${file.name}.gz`).join(', ');
  const csv = (await hasCsvFiles(folder)) ? ' and has CSV files, which are not read' : '';
  return new FashionMnistError(
    'missing',
    `${name} is ${folder}, which lacks ${names} (with or without .gz)${csv}. ` +
      `Put the four files there, or leave ${name} out to have them downloaded.`,
  );
}
