// The matrix products of one step of the exercise's network: for each layer the output, the
// gradient of the weight and, except for the first layer, the gradient of the input. They are
// computed as the step computes them. Where oneDNN's ops are off, the step's product for the
// gradient of the input is faster than `tf.matMul`.
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
