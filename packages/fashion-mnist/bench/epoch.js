// Measures one epoch of normalized, shuffled batches, beside PyTorch's DataLoader over
// torchvision's FashionMNIST with ToTensor and Normalize:
//
//     FASHION_MNIST_DIR=… PYTHON=python3 pnpm bench
//
// PYTHON is a Python with torch and torchvision; without it only this package is measured. Without
// FASHION_MNIST_DIR both use the files in the cache. Each batch of this package ends with an
// operation that makes the backend upload the pixels. All rows take turns, so that a loaded machine
// slows all of them; medians and the spread over the rounds are printed.
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import { useFastestBackend } from '@trainkit/backend';
import { DataLoader } from '@trainkit/data';
import { loadFashionMnist } from '@trainkit/fashion-mnist';

const ROUNDS = 7;

const { train, test, complete } = await loadFashionMnist();
console.log(
  `${train.length} images${complete ? '' : ' (not the full set)'}, batches of 128, ${ROUNDS} rounds`,
);

const rows = [];
for (const prefer of ['tensorflow', 'wasm', 'cpu']) {
  try {
    await useFastestBackend({ prefer });
    rows.push({ name: `DataLoader on ${prefer}`, run: () => ours(prefer), seconds: [] });
  } catch (error) {
    console.log(`without ${prefer}: ${error.message}`);
  }
}
const torch = process.env.PYTHON ? await startTorch(process.env.PYTHON) : null;
if (torch) rows.push({ name: 'PyTorch DataLoader, torchvision', run: torch.epoch, seconds: [] });

for (const { run } of rows) await run();
for (let round = 0; round < ROUNDS; round++) {
  for (const { run, seconds } of rows) seconds.push(await run());
}
await torch?.stop();

const theirs = torch ? median(rows.at(-1).seconds) : null;
for (const { name, seconds } of rows) {
  const middle = median(seconds);
  const spread = `${Math.min(...seconds).toFixed(3)} to ${Math.max(...seconds).toFixed(3)}`;
  const ratio = theirs === null ? '' : `  ${(theirs / middle).toFixed(1)} times as fast`;
  console.log(`${name.padEnd(34)} ${middle.toFixed(3)} s  (${spread})${ratio}`);
}

async function ours(backend) {
  await tf.setBackend(backend);
  const loader = new DataLoader(train, { batchSize: 128, shuffle: true });
  const start = performance.now();
  for (const batch of loader) {
    // tfjs-node uploads a tensor when an operation first reads it.
    tf.dispose([tf.slice(batch.images, [0, 0, 0, 0], [1, 1, 1, 1]), tf.slice(batch.labels, 0, 1)]);
    tf.dispose(batch);
  }
  return (performance.now() - start) / 1000;
}

/** A Python process that runs one epoch for each line that it is sent. */
async function startTorch(python) {
  const root = await mkdtemp(join(tmpdir(), 'fashion-mnist-bench-'));
  const raw = join(root, 'FashionMNIST', 'raw');
  await mkdir(raw, { recursive: true });
  for (const [prefix, { images, labels, length }] of [
    ['train', train],
    ['t10k', test],
  ]) {
    await writeFile(join(raw, `${prefix}-images-idx3-ubyte`), [words(0x803, length, 28, 28), images]);
    await writeFile(join(raw, `${prefix}-labels-idx1-ubyte`), [words(0x801, length), labels]);
  }
  const script = fileURLToPath(new URL('./epoch.py', import.meta.url));
  const child = spawn(python, [script, root], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`${python} ended early.`);
    return value;
  };
  console.log(await next());
  return {
    async epoch() {
      child.stdin.write('epoch\n');
      return Number(await next());
    },
    async stop() {
      child.stdin.end();
      await rm(root, { recursive: true });
    },
  };
}

function words(...values) {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, i) => {
    bytes.writeUInt32BE(value, 4 * i);
  });
  return bytes;
}

function median(values) {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}
