import { type FashionMnist, FashionMnistError } from '@trainkit/fashion-mnist';
import { decodeSample, type SampleOptions } from './decode-sample.js';

/** `loadSample` in a browser, with fetch. */
export async function loadSample(options: SampleOptions = {}): Promise<FashionMnist> {
  return decodeSample(options, fetchFile);
}

async function fetchFile(url: URL): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(url);
  if (response.ok) return new Uint8Array(await response.arrayBuffer());
  throw new FashionMnistError(
    'missing',
    `loadSample: ${url.href} answered HTTP ${response.status}; expected a file of the sample. Have your bundler copy the ` +
      'assets of @trainkit/fashion-mnist-sample, or serve its folder sample beside its folder dist.',
  );
}
