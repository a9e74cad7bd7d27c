// One training step of SimpleNet (784-256-128-64-10, tanh, batch 128, plain SGD) on each backend:
// with this package's layers, and with stock TensorFlow.js operations. Run with `pnpm bench`.

import * as tf from '@tensorflow/tfjs';
import { useFastestBackend } from '@trainkit/backend';
import { Generator } from '@trainkit/random';
import { Bench } from 'tinybench';
import { crossEntropy, Flatten, Linear, Sequential, Tanh } from '../dist/index.js';

const BATCH = 128;
const SIZES = [784, 256, 128, 64, 10];
const RATE = 0.01;

const generator = new Generator(0);

for (const backend of ['tensorflow', 'wasm']) {
  await useFastestBackend({ prefer: backend });
  const images = tf.tensor(generator.uniform(BATCH * 784, -1, 1), [BATCH, 28, 28]);
  const labels = tf.tensor1d(
    Array.from({ length: BATCH }, (_, i) => i % 10),
    'int32',
  );
  const bench = new Bench({ name: `one step, batch ${BATCH}, ${backend}`, time: 3000, warmupTime: 1000 });
  bench.add('@trainkit/nn', step(trainkit(images, labels)));
  bench.add('stock operations', step(stock(images, labels)));
  await bench.run();
  console.log(bench.name);
  console.table(
    bench.tasks.map(({ name, result }) => ({
      layers: name,
      'median ms': result.latency.p50.toFixed(2),
      'fastest ms': result.latency.min.toFixed(2),
    })),
  );
  tf.disposeVariables();
  tf.dispose([images, labels]);
}

/**
 * A training step of a model: its loss and gradients, SGD by hand, and the loss read as in a
 * training loop.
 */
function step({ loss, parameters }) {
  return () => {
    const { value, grads } = tf.variableGrads(loss, parameters);
    tf.tidy(() => {
      for (const parameter of parameters) {
        parameter.assign(tf.sub(parameter, tf.mul(grads[parameter.name], RATE)));
      }
    });
    value.dataSync();
    tf.dispose([value, grads]);
  };
}

function trainkit(images, labels) {
  const layers = SIZES.slice(1).flatMap((size, i) => [new Linear(SIZES[i], size, { generator }), new Tanh()]);
  const model = new Sequential(new Flatten(), ...layers.slice(0, -1));
  return { parameters: model.parameters(), loss: () => crossEntropy(model.forward(images), labels) };
}

function stock(images, labels) {
  const layers = SIZES.slice(1).map((size, i) => ({
    weight: tf.variable(tf.randomUniform([SIZES[i], size], -0.05, 0.05)),
    bias: tf.variable(tf.zeros([size])),
  }));
  const loss = () => {
    const logits = layers.reduce(
      (x, { weight, bias }, i) => {
        const y = tf.add(tf.matMul(x, weight), bias);
        return i === layers.length - 1 ? y : tf.tanh(y);
      },
      tf.reshape(images, [BATCH, 784]),
    );
    return tf.losses.softmaxCrossEntropy(tf.oneHot(labels, 10), logits);
  };
  return { parameters: layers.flatMap(({ weight, bias }) => [weight, bias]), loss };
}
