// Matrix products beside torch.mm(out=), in turns: GFLOP/s of both, and their ratio.
// `TRAINKIT_PYTHON=… node bench/products.js [turns]` after `pnpm build`; TRAINKIT_INSTRUCTIONS=avx2 for the other kernels
// (and ATEN_CPU_CAPABILITY, MKL_ENABLE_INSTRUCTIONS=AVX2 for torch's).

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { loadAddon } from '../dist/backend/addon.js';
import { addonPath } from '../dist/build/addon-path.js';

/** m, k, n, transposeA, transposeB: the products of a step of the exercise's network, thin ones, and a large one. */
const SHAPES = [
  [128, 784, 512, 0, 0],
  [128, 512, 512, 0, 0],
  [784, 128, 512, 1, 0],
  [512, 128, 512, 1, 0],
  [128, 512, 512, 0, 1],
  [128, 784, 256, 0, 0],
  [128, 256, 128, 0, 0],
  [128, 512, 10, 0, 0],
  [512, 128, 10, 1, 0],
  [128, 10, 512, 0, 1],
  [128, 64, 10, 0, 0],
  [128, 400, 120, 0, 0],
  [128, 120, 84, 0, 0],
  [128, 84, 10, 0, 0],
  [1, 512, 512, 0, 0],
  [1024, 1024, 1024, 0, 0],
];
const TURN = 20;
const [turns = '12', pattern = ''] = process.argv.slice(2);

const addon = loadAddon(await addonPath());
const product = addon.kernels.get('product');
const torch = spawn(process.env.TRAINKIT_PYTHON ?? 'python3', [
  fileURLToPath(new URL('products.py', import.meta.url)),
  `${addon.threads}`,
]);
torch.stderr.pipe(process.stderr);
const lines = createInterface(torch.stdout)[Symbol.asyncIterator]();
const answer = async () => (await lines.next()).value;
console.log(`${addon.target}, ${addon.threads} threads, torch ${await answer()}`);

const rows = {};
for (const shape of SHAPES) {
  const name = shape.join('×');
  if (!name.includes(pattern)) continue;
  const results = [];
  for (let turn = 0; turn < Number(turns); turn++) {
    const ours = measure(...shape);
    torch.stdin.write(`${shape.join(' ')} ${TURN}\n`);
    results.push([ours, Number(await answer())]);
  }
  const ours = quantile(
    results.map(([a]) => a),
    0.8,
  );
  const theirs = quantile(
    results.map(([, b]) => b),
    0.8,
  );
  const ratio = quantile(
    results.map(([a, b]) => a / b),
    0.5,
  );
  rows[name] = { ours: ours.toFixed(0), torch: theirs.toFixed(0), ratio: ratio.toFixed(2) };
}
console.table(rows);
torch.stdin.end();

/** GFLOP/s, from the 20th percentile of the times of a turn. */
function measure(m, k, n, transposeA, transposeB) {
  const arrays = [m * k, k * n, null, m * n].map((length) => (length === null ? null : filled(length)));
  const times = [];
  const end = performance.now() + TURN;
  while (performance.now() < end) {
    addon.numbers.set([m, n, k, transposeA, transposeB]);
    const start = performance.now();
    product(5, ...arrays);
    times.push(performance.now() - start);
  }
  return (2e-6 * m * k * n) / quantile(times, 0.2);
}

function filled(length) {
  return addon.allocate(length).map((_, i) => Math.sin(i));
}

function quantile(numbers, part) {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length * part)];
}
