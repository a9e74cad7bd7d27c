// One contestant of lenet.js: `node lenet-step.js native|tensorflow`. Each line that it reads is a number of steps; it
// answers with their median in milliseconds.

import { createInterface } from 'node:readline';
import * as tf from '@tensorflow/tfjs';

const [backend] = process.argv.slice(2);
if (backend === 'native') {
  const { useNativeBackend } = await import('../dist/index.js');
  await useNativeBackend();
} else {
  const { useFastestBackend } = await import('../../backend/dist/index.js');
  await useFastestBackend({ prefer: backend });
}

const images = tf.randomUniform([128, 28, 28, 1], 0, 1, 'float32', 1);
const labels = tf
  .oneHot(
    tf.tensor1d(
      Array.from({ length: 128 }, (_, i) => (i * 7) % 10),
      'int32',
    ),
    10,
  )
  .toFloat();
const weight = (seed, ...shape) => {
  const fanIn = tf.util.sizeFromShape(shape.slice(0, -1));
  return tf.variable(tf.randomUniform(shape, -(fanIn ** -0.5), fanIn ** -0.5, 'float32', seed));
};
const layers = [
  [weight(1, 5, 5, 1, 6), tf.variable(tf.zeros([6]))],
  [weight(2, 5, 5, 6, 16), tf.variable(tf.zeros([16]))],
  [weight(3, 400, 120), tf.variable(tf.zeros([120]))],
  [weight(4, 120, 84), tf.variable(tf.zeros([84]))],
  [weight(5, 84, 10), tf.variable(tf.zeros([10]))],
];
const optimizer = tf.train.sgd(0.01);

function loss() {
  const [first, second, ...dense] = layers;
  const convolve = (x, [filter, bias], pad) =>
    tf.maxPool(tf.fused.conv2d({ x, filter, bias, strides: 1, pad, activation: 'relu' }), 2, 2, 'valid');
  let x = convolve(convolve(images, first, 'same'), second, 'valid').reshape([128, 400]);
  dense.forEach(([b, bias], i) => {
    x = tf.fused.matMul({ a: x, b, bias, activation: i < 2 ? 'relu' : 'linear' });
  });
  return tf.losses.softmaxCrossEntropy(labels, x);
}

const losses = [];
console.log(tf.getBackend());
for await (const line of createInterface(process.stdin)) {
  const times = [];
  for (let i = 0; i < Number(line); i++) {
    const start = performance.now();
    const value = optimizer.minimize(loss, true);
    losses.push(value.dataSync()[0]);
    value.dispose();
    times.push(performance.now() - start);
  }
  console.log(times.toSorted((a, b) => a - b)[times.length >> 1]);
}
console.error(backend, losses[0], losses.at(-1), tf.memory().numTensors);
