import * as tf from '@tensorflow/tfjs-core';
import { defineKernel } from '@trainkit/kernels';
import { nativeKernels } from '@trainkit/kernels/native';
import { nativeOps } from '@trainkit/kernels/node';
import { logSoftmax } from '../activations/log-softmax.kernel.js';
import { oneHot, pick } from './one-hot.js';

/**
 * The cross-entropy of each row of logits `[N, C]`, for labels `[N]` that are classes: −log
 * softmax(logits)[label].
 *
 * The forward pass also computes the gradient, softmax(logits) − oneHot(labels), as a hidden
 * output.
 */
export const softmaxCrossEntropy = defineKernel({
  name: 'TrainkitSoftmaxCrossEntropy',
  visible: 1,
  save: { outputs: [1] },
  composite: ({ logits, labels }: { logits: tf.Tensor; labels: tf.Tensor }) => {
    const [logProbabilities] = logSoftmax({ x: logits });
    const hot = oneHot(labels, logits.shape[1]!);
    return [tf.neg(pick(logProbabilities, hot)), tf.sub(tf.exp(logProbabilities), tf.cast(hot, 'float32'))];
  },
  gradient: ([dy], { outputs: [perRow] }) => ({ logits: () => scaleRows({ x: perRow, by: dy })[0] }),
  tensorflow: ({ logits, labels }) => nativeOps().sparseSoftmaxCrossEntropyWithLogits(logits, labels),
  wasm: pass,
  cpu: pass,
  native: ({ logits, labels }) => {
    const kernels = nativeKernels();
    const [rows = 0, classes = 0] = logits.shape;
    const [losses, gradient] = [kernels.empty([rows]), kernels.empty([rows, classes])];
    kernels.run('softmaxCrossEntropy', [logits, labels, losses, gradient], [rows, classes]);
    return [losses, gradient];
  },
});

/** Multiplies each row of x by its number in `by`. */
const scaleRows = defineKernel({
  name: 'TrainkitScaleRows',
  composite: ({ x, by }: { x: tf.Tensor; by: tf.Tensor }) => [tf.mul(x, tf.expandDims(by, 1))],
  native: ({ x, by }) => {
    const kernels = nativeKernels();
    const [rows = 0, columns = 0] = x.shape;
    const y = kernels.empty(x.shape);
    // Two dimensions; for each its size, and the strides of x and by.
    kernels.run('multiply', [x, by, y], [2, rows, columns, 1, columns, 1, 0]);
    return [y];
  },
});

/**
 * Computes row by row in double precision, on backends with host memory; a classifier has few
 * logits.
 */
function pass({
  logits,
  labels,
}: {
  logits: tf.Tensor;
  labels: tf.Tensor;
}): [losses: tf.Tensor, gradient: tf.Tensor] {
  const [rows = 0, classes = 0] = logits.shape;
  const [scores, chosen] = [logits.dataSync(), labels.dataSync()];
  const losses = new Float32Array(rows);
  const gradient = new Float32Array(rows * classes);
  const powers = new Float64Array(classes);
  for (let row = 0; row < rows; row++) {
    const start = row * classes;
    let largest = Number.NEGATIVE_INFINITY;
    for (let i = start; i < start + classes; i++) largest = Math.max(largest, scores[i]!);
    let total = 0;
    for (let c = 0; c < classes; c++) {
      powers[c] = Math.exp(scores[start + c]! - largest);
      total += powers[c]!;
    }
    for (let c = 0; c < classes; c++) gradient[start + c] = powers[c]! / total;
    const label = chosen[row]!;
    // A label that is not a class has no column, as in the composite.
    if (!(label >= 0 && label < classes)) continue;
    losses[row] = Math.log(total) - (scores[start + label]! - largest);
    gradient[start + label] = powers[label]! / total - 1;
  }
  return [tf.tensor1d(losses), tf.tensor2d(gradient, [rows, classes])];
}
