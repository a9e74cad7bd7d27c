// Activations on [128, 1024], output and gradient, on each backend: those of this package, and
// stock TensorFlow.js operations. Run with `pnpm bench`.

import * as tf from '@tensorflow/tfjs';
import { useFastestBackend } from '@trainkit/backend';
import { Generator } from '@trainkit/random';
import { Bench } from 'tinybench';
import {
  ELU,
  GELU,
  Hardswish,
  LeakyReLU,
  LogSoftmax,
  Mish,
  PReLU,
  SELU,
  SiLU,
  Softmax,
  Softplus,
} from '../dist/index.js';

const SHAPE = [128, 1024];

const cdf = (x) => tf.mul(0.5, tf.add(1, tf.erf(tf.mul(x, Math.SQRT1_2))));
const cube = (x) => tf.mul(x, tf.square(x));
const approximateCdf = (x) =>
  tf.mul(0.5, tf.add(1, tf.tanh(tf.mul(Math.sqrt(2 / Math.PI), tf.add(x, tf.mul(0.044715, cube(x)))))));

const generator = new Generator(0);

for (const backend of ['tensorflow', 'wasm', 'cpu']) {
  await useFastestBackend({ prefer: backend });
  const x = tf.tensor(generator.uniform(SHAPE[0] * SHAPE[1], -3, 3), SHAPE);
  const dy = tf.tensor(generator.uniform(x.size, -1, 1), SHAPE);
  const slope = tf.tensor1d([0.25]);
  const rows = [
    [new GELU(), 'GELU', (at) => tf.mul(at, cdf(at))],
    [new GELU({ approximate: 'tanh' }), 'GELU, tanh', (at) => tf.mul(at, approximateCdf(at))],
    [new SiLU(), 'SiLU', (at) => tf.mul(at, tf.sigmoid(at))],
    [new Mish(), 'Mish', (at) => tf.mul(at, tf.tanh(tf.softplus(at)))],
    [new Hardswish(), 'Hardswish', (at) => tf.div(tf.mul(at, tf.relu6(tf.add(at, 3))), 6)],
    [new LeakyReLU(), 'LeakyReLU', (at) => tf.leakyRelu(at, 0.01)],
    [new PReLU(), 'PReLU', (at) => tf.prelu(at, slope)],
    [new ELU(), 'ELU', (at) => tf.elu(at)],
    [new SELU(), 'SELU', (at) => tf.selu(at)],
    [new Softplus(), 'Softplus', (at) => tf.softplus(at)],
    [new Softmax(), 'Softmax', (at) => tf.softmax(at)],
    [new LogSoftmax(), 'LogSoftmax', (at) => tf.logSoftmax(at)],
  ];
  const bench = new Bench({ time: 300, warmupTime: 100 });
  for (const [layer, name, stock] of rows) {
    bench.add(
      name,
      gradientOf((at) => layer.forward(at)),
    );
    bench.add(`${name}, stock`, gradientOf(stock));
  }
  await bench.run();
  console.log(`activations, output and gradient of [${SHAPE}], ${backend}`);
  console.table(
    rows.map(([, name], i) => {
      const [ours, stock] = bench.tasks.slice(2 * i).map(({ result }) => result.latency.p50.toFixed(2));
      return { activation: name, '@trainkit/nn ms': ours, 'stock ms': stock };
    }),
  );
  tf.disposeVariables();
  tf.dispose([x, dy, slope]);

  function gradientOf(f) {
    return () => tf.dispose(tf.grad(f)(x, dy));
  }
}
