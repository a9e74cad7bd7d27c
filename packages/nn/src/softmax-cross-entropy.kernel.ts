import * as tf from '@tensorflow/tfjs-core';
import { defineKernel } from '@trainkit/kernels';
import { nativeOps } from '@trainkit/kernels/node';
import { logSoftmax } from './log-softmax.kernel.js';
import { oneHot, pick } from './one-hot.js';

/**
 * The cross-entropy of each row of logits `[N, C]`, for labels `[N]` that are classes: −log softmax(logits)[label].
 *
 * Its gradient, softmax(logits) − oneHot(labels), comes out of the forward pass, hidden.
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
  gradient: ([dy], { outputs: [perRow] }) => ({ logits: () => tf.mul(perRow, tf.expandDims(dy, 1)) }),
  tensorflow: ({ logits, labels }) => nativeOps().sparseSoftmaxCrossEntropyWithLogits(logits, labels),
});
