// The matrix products that a step of the exercise's network needs, and nothing else: of each layer the output, the
// gradient of the weight and, but for the first layer, that of the input. They are multiplied as the step does it, which
// for the last of the three is faster than `tf.matMul` where oneDNN's ops are off.
import * as tf from '@tensorflow/tfjs';
import { useFastestBackend } from '@trainkit/backend';
import { nativeOps } from '@trainkit/kernels/node';
import { BATCH, WIDTHS } from './batch.js';
import { serve } from './serve.js';

await useFastestBackend({ prefer: 'tensorflow' });
const { matMul } = nativeOps();

const widths = WIDTHS.exercise;
const layers = widths.slice(1).map((width, i) => ({
  input: tf.randomNormal([BATCH, widths[i] ?? 0]),
  weight: tf.randomNormal([widths[i] ?? 0, width]),
  gradient: tf.randomNormal([BATCH, width]),
}));

await serve('the products alone, tensorflow', () =>
  tf.tidy(() => {
    const products = layers.flatMap(({ input, weight, gradient }, i) => [
      matMul(input, weight),
      matMul(input, gradient, { transposeA: true }),
      ...(i === 0 ? [] : [matMul(gradient, weight, { transposeB: true })]),
    ]);
    products.at(-1)?.dataSync();
  }),
);
