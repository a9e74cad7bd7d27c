import { checkOptions, type OptionNames } from '@trainkit/checks';
import { decodeFashionMnist, type FashionMnist, type NormalizeOptions } from '@trainkit/fashion-mnist';
import { FILES } from './files.js';

/** Options of `loadSample`. */
export interface SampleOptions extends NormalizeOptions {}

const SAMPLE_OPTIONS: OptionNames<SampleOptions> = { mean: true, std: true };

/** Reads the four files with `read` and decodes them. */
export async function decodeSample(
  options: SampleOptions,
  read: (url: URL) => Promise<Uint8Array<ArrayBuffer>>,
): Promise<FashionMnist> {
  checkOptions('loadSample', options, SAMPLE_OPTIONS);
  const [trainImages, trainLabels, testImages, testLabels] = await Promise.all([
    read(FILES.trainImages),
    read(FILES.trainLabels),
    read(FILES.testImages),
    read(FILES.testLabels),
  ]);
  const decoded = await decodeFashionMnist({ trainImages, trainLabels, testImages, testLabels }, options);
  return { ...decoded, source: { kind: 'sample', path: null } };
}
