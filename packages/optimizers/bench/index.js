// One update of 1.2 million parameters (784-512-512-512-512-10, weights and biases), the gradients
// being there, on each backend: this package's optimizers against TensorFlow.js' own. Run with
// `pnpm bench`.

import * as tf from '@tensorflow/tfjs';
import { useFastestBackend } from '@trainkit/backend';
import { Bench } from 'tinybench';
import { AdamW, SGD } from '../dist/index.js';

const SIZES = [784, 512, 512, 512, 512, 10];

const rows = [
  ['SGD', (variables) => new SGD(variables, { learningRate: 1e-3 })],
  ['tf.train.sgd', () => tf.train.sgd(1e-3)],
  ['SGD, momentum', (variables) => new SGD(variables, { learningRate: 1e-3, momentum: 0.9 })],
  ['tf.train.momentum', () => tf.train.momentum(1e-3, 0.9)],
  ['AdamW', (variables) => new AdamW(variables, { learningRate: 1e-3 })],
  ['tf.train.adam', () => tf.train.adam(1e-3)],
];

for (const backend of ['tensorflow', 'wasm', 'cpu']) {
  await useFastestBackend({ prefer: backend });
  const bench = new Bench({ name: `one update, ${backend}`, time: 2000, warmupTime: 500 });
  for (const [name, make] of rows) {
    const variables = SIZES.slice(1).flatMap((size, i) =>
      [[SIZES[i], size], [size]].map((shape) => tf.variable(tf.randomNormal(shape, 0, 0.05))),
    );
    const gradients = Object.fromEntries(variables.map(({ name, shape }) => [name, tf.randomNormal(shape)]));
    const optimizer = make(variables);
    bench.add(name, () => {
      optimizer.applyGradients(gradients);
      // Reading one number makes sure that all was computed.
      variables.at(-1).dataSync();
    });
  }
  await bench.run();
  console.log(bench.name);
  console.table(
    bench.tasks.map(({ name, result }) => ({
      optimizer: name,
      'median ms': result.latency.p50.toFixed(2),
      'fastest ms': result.latency.min.toFixed(2),
    })),
  );
  tf.disposeVariables();
}
