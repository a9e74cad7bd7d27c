/**
 * Checks the full set and the order of its batches against PyTorch; the test suite needs only the
 * sample.
 *
 * pnpm build && FASHION_MNIST_DIR=DIR pnpm check:full-set
 *
 * Without the variable the set is downloaded. The exit code is 1 if something failed.
 */
import { createHash } from 'node:crypto';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs';
import { DataLoader } from '@trainkit/data';
import { Generator } from '@trainkit/random';
import { loadFashionMnist } from '../dist/index.js';
import golden from '../goldens/full-set.json' with { type: 'json' };

let passed = 0;
let failed = 0;
function check(what, actual, expected) {
  if (actual === expected) {
    passed++;
    return;
  }
  failed++;
  console.log(`FAILED ${what}: ${actual} where ${expected} is expected`);
}

// Loading compares the MD5 of each unpacked file, the sizes, and the labels' range.
const { train, test, complete } = await loadFashionMnist();
check('complete', complete, true);
for (const [name, split, length] of [
  ['train', train, 60_000],
  ['test', test, 10_000],
]) {
  check(`${name}: length`, split.length, length);
  for (let label = 0; label < 10; label++) {
    const count = split.labels.reduce((sum, other) => sum + (other === label ? 1 : 0), 0);
    check(`${name}: images of class ${label}`, count, length / 10);
  }
  const { mean, std } = moments(split.images);
  check(`${name}: pixel mean`, mean.toFixed(9), golden.pixels[name].mean.toFixed(9));
  check(`${name}: pixel std`, std.toFixed(9), golden.pixels[name].std.toFixed(9));
}

await tf.setBackend('cpu');
for (const { seed, draws, first, epochMd5 } of golden.cases) {
  const generator = new Generator(BigInt(seed));
  generator.uint32(draws);
  let labels = '';
  for (const batch of new DataLoader(train, { batchSize: 128, shuffle: true, generator })) {
    labels += batch.labels.dataSync().join('');
    tf.dispose(batch);
  }
  const name = `seed ${seed} after ${draws} draws`;
  check(`${name}: first labels`, labels.slice(0, 16), first);
  check(`${name}: all labels of the epoch (MD5)`, createHash('md5').update(labels).digest('hex'), epochMd5);
}
check('tensors left over', tf.memory().numTensors, 0);

// In vitest's format, since continuous integration adds up these lines.
console.log(` Tests  ${failed > 0 ? `${failed} failed | ` : ''}${passed} passed (${passed + failed})`);
process.exitCode = failed === 0 ? 0 : 1;

/**
 * Mean and standard deviation of bytes in [0, 1], from their histogram: exact up to the last
 * division.
 */
function moments(bytes) {
  const counts = new Array(256).fill(0);
  for (const byte of bytes) counts[byte]++;
  const mean = counts.reduce((sum, count, byte) => sum + count * byte, 0) / bytes.length;
  const variance = counts.reduce((sum, count, byte) => sum + count * (byte - mean) ** 2, 0) / bytes.length;
  return { mean: mean / 255, std: Math.sqrt(variance) / 255 };
}
