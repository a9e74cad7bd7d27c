// The same step with TensorFlow.js alone, as in its documentation. TensorFlow.js has no AdamW, so
// the optimizer is Adam.
import * as tf from '@tensorflow/tfjs';
import { useFastestBackend } from '@trainkit/backend';
import { CLASSES, makeBatch, WIDTHS } from './batch.js';
import { serve, task } from './serve.js';

const { backend = 'tensorflow' } = task();
await useFastestBackend({ prefer: backend });

const widths = WIDTHS.exercise;
const layers = widths.slice(1).map((width, i) => ({
  weight: tf.variable(tf.randomNormal([widths[i] ?? 0, width], 0, 0.05)),
  bias: tf.variable(tf.zeros([width])),
}));
const { images, labels } = makeBatch();
const hot = tf.oneHot(labels, CLASSES);
const optimizer = tf.train.adam(3e-4);

await serve(`stock TensorFlow.js ${tf.version.tfjs}, ${backend}, Adam`, () => {
  const loss = optimizer.minimize(() => {
    const logits = layers.reduce((/** @type {tf.Tensor} */ x, { weight, bias }, i) => {
      const y = tf.add(tf.matMul(x, weight), bias);
      return i === layers.length - 1 ? y : tf.relu(y);
    }, images);
    return tf.losses.softmaxCrossEntropy(hot, logits).asScalar();
  }, true);
  loss?.dataSync();
  loss?.dispose();
});
