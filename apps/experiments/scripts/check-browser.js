/**
 * Trains in a real Chromium, on cpu and on wasm, and compares every loss with Node's:
 *
 *   pnpm build && CHROMIUM=/usr/bin/chromium node scripts/check-browser.js
 */
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { useFastestBackend } from '@trainkit/backend';
import { inChromium } from '@trainkit/testing/chromium';
import { train } from './train-anywhere.js';

const BACKENDS = /** @type {const} */ (['cpu', 'wasm']);
/**
 * The tolerance for differences between engines, which start in the last bit of an exponential and
 * grow over the steps.
 */
const TOLERANCE = 1e-5;

const require = createRequire(createRequire(import.meta.url).resolve('@trainkit/backend/package.json'));
const WASM = '@tensorflow/tfjs-backend-wasm';
const wasm = dirname(require.resolve(`${WASM}/package.json`));
const program = `
import * as tf from '@tensorflow/tfjs';
import { setWasmPaths } from '${WASM}';
import { train } from ${JSON.stringify(fileURLToPath(new URL('train-anywhere.js', import.meta.url)))};

export default async function run() {
  setWasmPaths('/wasm/');
  const results = {};
  for (const backend of ${JSON.stringify(BACKENDS)}) {
    if (!(await tf.setBackend(backend))) throw new Error(backend + ' does not start');
    results[backend] = train();
  }
  return results;
}
`;

const { result } = await inChromium({
  root: fileURLToPath(new URL('..', import.meta.url)),
  source: program,
  alias: { [WASM]: wasm },
  folders: { '/wasm/': `${wasm}/wasm-out/` },
});
let failed = 0;
const results = /** @type {Record<string, number[]>} */ (result);
for (const backend of BACKENDS) {
  const found = results[backend] ?? [];
  await useFastestBackend({ prefer: backend });
  const expected = train();
  const apart = Math.max(
    ...expected.map((value, i) => Math.abs(value - (found[i] ?? Number.NaN)) / Math.max(1, Math.abs(value))),
  );
  const same = found.length === expected.length && apart <= TOLERANCE;
  if (!same) failed++;
  console.log(`${backend}: ${expected.length} numbers, at most ${apart.toExponential(1)} from Node's`);
}
console.log(`${BACKENDS.length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
