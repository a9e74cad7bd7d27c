/**
 * Loads the full set twice in a real Chromium, by download and then from its Cache API, and
 * compares the batches with PyTorch's:
 *
 * pnpm build && FASHION_MNIST_DIR=DIR CHROMIUM=/usr/bin/chromium node scripts/check-browser.js
 */

import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { inChromium } from '@trainkit/testing/chromium';
import golden from '../goldens/full-set.json' with { type: 'json' };

const dir = process.env.FASHION_MNIST_DIR;
if (!dir) {
  console.error('usage: FASHION_MNIST_DIR=DIR CHROMIUM=/usr/bin/chromium node scripts/check-browser.js');
  process.exit(2);
}
const cases = golden.cases.filter(({ draws }) => draws === 0);

const PROGRAM = `
import * as tf from '@tensorflow/tfjs';
import { DataLoader } from '@trainkit/data';
import { loadFashionMnist } from '@trainkit/fashion-mnist';
import { Generator } from '@trainkit/random';

export default async function walk() {
  await tf.setBackend('cpu');
  const downloaded = await loadFashionMnist({ mirrors: ['/data/'] });
  const { train, source, complete } = await loadFashionMnist({ download: false });
  const first = [];
  const start = performance.now();
  for (const { seed } of ${JSON.stringify(cases)}) {
    let labels = '';
    const options = { batchSize: 128, shuffle: true, generator: new Generator(BigInt(seed)) };
    for (const batch of new DataLoader(train, options)) {
      if (labels === '') labels = batch.labels.dataSync().slice(0, 16).join('');
      tf.dispose(batch);
    }
    first.push(labels);
  }
  const seconds = (performance.now() - start) / 1000 / first.length;
  return { kinds: [downloaded.source.kind, source.kind], complete, first, seconds };
}
`;

const { result, asked } = await inChromium({
  root: fileURLToPath(new URL('..', import.meta.url)),
  source: PROGRAM,
  folders: { '/data/': dir },
});
const { seconds, ...found } = /** @type {{ seconds: number }} */ (result);
const expected = { kinds: ['download', 'cache'], complete: true, first: cases.map(({ first }) => first) };
const same = isDeepStrictEqual(found, expected) && asked.length === 4;
console.log(
  same ? `4 files fetched, then read from the cache; an epoch takes ${seconds.toFixed(2)} s` : found,
);
console.log(same ? '1 passed, 0 failed' : '0 passed, 1 failed');
process.exitCode = same ? 0 : 1;
