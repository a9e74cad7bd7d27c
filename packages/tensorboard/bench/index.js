// Measures the events a second that reach the disk, and how long one event blocks a training loop:
// `pnpm bench`. It uses the built package; `TRAINKIT_PYTHON=…` adds PyTorch's SummaryWriter. A
// loaded machine lowers all rows alike.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SummaryWriter } from '@trainkit/tensorboard';

const ROUNDS = 7;
const SCALARS = 300_000;
const weights = Float32Array.from({ length: 512 * 512 }, (_, i) => Math.sin(i));
const picture = { data: Uint8Array.from({ length: 28 * 28 }, (_, i) => (i * 37) % 256), shape: [28, 28] };

const kinds = {
  'scalars, in a loop that never awaits': [
    SCALARS,
    (writer, i) => writer.addScalar('train/loss', 1 / (i + 1), i),
  ],
  'histograms of 262,144 values': [100, (writer, i) => writer.addHistogram('weights', weights, i)],
  'images of 28 × 28': [5000, (writer, i) => writer.addImage('digit', picture, i)],
  'texts of 80 letters': [50_000, (writer, i) => writer.addText('note', 'x'.repeat(80), i)],
};

const rows = [];
for (const [kind, [count, log]] of Object.entries(kinds)) {
  const rounds = [];
  for (let round = 0; round <= ROUNDS; round++) rounds.push(await measure(count, log));
  // The first round runs code that is not compiled yet.
  const measured = rounds.slice(1);
  rows.push({
    what: kind,
    'a second, on the disk': Math.round(median(measured.map(({ seconds }) => count / seconds))),
    'a call, µs': rounded(median(measured.map(({ calls }) => calls[Math.floor(count / 2)]))),
    '99.9 % of calls below, µs': rounded(
      median(measured.map(({ calls }) => calls[Math.floor(count * 0.999)])),
    ),
    'the longest, ms': rounded(median(measured.map(({ calls }) => calls[count - 1])) / 1000),
    'bytes each': Math.round(measured[0].bytes / count),
  });
}
console.table(rows);

const python = process.env.TRAINKIT_PYTHON;
if (python) {
  const script = fileURLToPath(new URL('pytorch.py', import.meta.url));
  spawnSync(python, [script, String(SCALARS), String(ROUNDS)], { stdio: 'inherit' });
}

/**
 * @param {number} count
 * @param {(writer: SummaryWriter, i: number) => void} log
 */
async function measure(count, log) {
  const folder = mkdtempSync(join(tmpdir(), 'trainkit-bench-'));
  const calls = new Float64Array(count);
  const start = performance.now();
  const writer = new SummaryWriter(folder);
  let before = performance.now();
  for (let i = 0; i < count; i++) {
    log(writer, i);
    const after = performance.now();
    calls[i] = (after - before) * 1000;
    before = after;
  }
  await writer.close();
  const seconds = (performance.now() - start) / 1000;
  const bytes = statSync(join(folder, readdirSync(folder)[0])).size;
  rmSync(folder, { recursive: true });
  return { seconds, bytes, calls: calls.sort() };
}

/** @param {number[]} values */
function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

/** @param {number} value */
function rounded(value) {
  return Number(value.toPrecision(3));
}
