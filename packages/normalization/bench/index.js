// Measures forward and backward passes of both normalizations on each backend: those of this
// package, and those of the stock layers of TensorFlow.js. Run with `pnpm bench`.

import * as tf from '@tensorflow/tfjs';
import { useFastestBackend } from '@trainkit/backend';
import { Bench } from 'tinybench';
import { BatchNorm, LayerNorm } from '../dist/index.js';

const SHAPE = [128, 512];

for (const backend of ['tensorflow', 'wasm']) {
  await useFastestBackend({ prefer: backend });
  const x = tf.randomNormal(SHAPE);
  const dy = tf.randomNormal(SHAPE);
  const bench = new Bench({
    name: `forward and backward, [${SHAPE}], ${backend}`,
    time: 2000,
    warmupTime: 500,
  });
  for (const [kind, ours, stock] of [
    ['batch', new BatchNorm(SHAPE[1]), tf.layers.batchNormalization({ inputShape: [SHAPE[1]] })],
    ['layer', new LayerNorm(SHAPE[1]), tf.layers.layerNormalization({ inputShape: [SHAPE[1]] })],
  ]) {
    stock.build([null, SHAPE[1]]);
    const weights = stock.trainableWeights.map((weight) => weight.read());
    bench.add(
      `${kind} norm, @trainkit/normalization`,
      step((at) => ours.forward(at), ours.parameters(), x, dy),
    );
    bench.add(
      `${kind} norm, tf.layers`,
      step((at) => stock.call(at, { training: true }), weights, x, dy),
    );
  }
  await bench.run();
  console.log(bench.name);
  console.table(
    bench.tasks.map(({ name, result }) => ({
      layer: name,
      'median ms': result.latency.p50.toFixed(2),
      'fastest ms': result.latency.min.toFixed(2),
    })),
  );
  tf.disposeVariables();
  tf.dispose([x, dy]);
}

/** The output for x, and the gradients of x and the parameters for dy. */
function step(forward, parameters, x, dy) {
  return () => {
    const { value, grads } = tf.engine().gradients(() => forward(x), [x, ...parameters], dy, true);
    value.dataSync();
    tf.dispose([value, grads]);
  };
}
