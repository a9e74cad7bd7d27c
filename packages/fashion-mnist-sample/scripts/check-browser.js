/**
 * Loads the sample in a real Chromium, without a network, and compares it with Node's:
 *
 *   pnpm build && CHROMIUM=/usr/bin/chromium node scripts/check-browser.js
 */
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import * as tf from '@tensorflow/tfjs';
import { inChromium } from '@trainkit/testing/chromium';
import { summary } from './summary.js';

const PROGRAM = `
import * as tf from '@tensorflow/tfjs';
import { summary } from ${JSON.stringify(fileURLToPath(new URL('./summary.js', import.meta.url)))};

export default async function run() {
  await tf.setBackend('cpu');
  return summary();
}
`;

const { result } = await inChromium({
  root: fileURLToPath(new URL('..', import.meta.url)),
  source: PROGRAM,
});
await tf.setBackend('cpu');
const expected = await summary();
const same = isDeepStrictEqual(result, expected);
console.log(same ? `${expected.sums.length} batches as in Node` : JSON.stringify({ result, expected }));
console.log(same ? '1 passed, 0 failed' : '0 passed, 1 failed');
process.exitCode = same ? 0 : 1;
