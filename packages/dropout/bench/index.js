// Measures dropout with p = 0.15 on four activations of 128 × 512, as in one training step of the
// exercise's network, on each backend: the masks alone, forward, and forward with backward. Run
// with `pnpm bench`.

import * as tf from '@tensorflow/tfjs';
import { useFastestBackend } from '@trainkit/backend';
import { Generator } from '@trainkit/random';
import { Bench } from 'tinybench';
import { dropout, dropoutMask } from '../dist/index.js';
import { dropout as dropoutLayer } from '../dist/layers.js';

const SHAPE = [128, 512];
const P = 0.15;

const generator = new Generator(0);
const layer = dropoutLayer({ p: P, generator });
const stockLayer = tf.layers.dropout({ rate: P });

const functions = {
  '@trainkit/dropout': (x) => dropout(x, P, { generator }),
  'tf.dropout': (x) => tf.dropout(x, P),
  '@trainkit/dropout/layers': (x) => layer.apply(x, { training: true }),
  'tf.layers.dropout': (x) => stockLayer.apply(x, { training: true }),
  'a ready mask': (x) => tf.mul(x, mask),
};
let mask;

for (const backend of ['tensorflow', 'wasm', 'cpu']) {
  await useFastestBackend({ prefer: backend });
  const inputs = Array.from({ length: 4 }, () => tf.tensor(generator.uniform(128 * 512, -1, 1), SHAPE));
  mask = dropoutMask(SHAPE, P, { generator });
  const rows = {};
  const bench = new Bench({ name: `four of 128 × 512, p = ${P}, ${backend}`, time: 1000, warmupTime: 300 });
  const run = (name, tensors) => bench.add(name, () => tf.tidy(() => read(tensors())));
  run('@trainkit/dropout|mask', () => inputs.map(() => dropoutMask(SHAPE, P, { generator })));
  for (const [name, drop] of Object.entries(functions)) {
    run(`${name}|forward`, () => inputs.map(drop));
    const gradients = tf.grads((...xs) => tf.addN(xs.map(drop)));
    run(`${name}|forward and backward`, () => gradients(inputs));
  }
  await bench.run();
  for (const { name, result } of bench.tasks) {
    const [row, column] = name.split('|');
    const { p50, min } = result.latency;
    rows[row] = { ...rows[row], [column]: `${p50.toFixed(2)} (${min.toFixed(2)})` };
  }
  console.log(`${bench.name}, median ms (fastest)`);
  console.table(rows);
  tf.dispose([inputs, mask]);
}

/** Waits until the backend has computed the tensors. */
function read(tensors) {
  for (const tensor of tensors) tensor.dataSync();
}
