// The matrix products that a step of the exercise's network needs, and nothing else: of each layer the output, the
// gradient of the weight and, but for the first layer, that of the input.
import * as tf from '@tensorflow/tfjs';
import { useFastestBackend } from '@trainkit/backend';
import { BATCH, WIDTHS } from './batch.js';
import { serve, task } from './serve.js';

const { backend = 'tensorflow' } = task();
await useFastestBackend({ prefer: backend });

const widths = WIDTHS.exercise;
const layers = widths.slice(1).map((width, i) => ({
  input: tf.randomNormal([BATCH, widths[i] ?? 0]),
  weight: tf.randomNormal([widths[i] ?? 0, width]),
  gradient: tf.randomNormal([BATCH, width]),
}));

await serve(`the products alone, ${backend}`, () =>
  tf.tidy(() => {
    const products = layers.flatMap(({ input, weight, gradient }, i) => [
      tf.matMul(input, weight),
      tf.matMul(input, gradient, true, false),
      ...(i === 0 ? [] : [tf.matMul(gradient, weight, false, true)]),
    ]);
    products.at(-1)?.dataSync();
  }),
);
