import * as tf from '@tensorflow/tfjs-core';
import { defineKernel } from '@trainkit/kernels';
import { softplus } from '../activations/softplus.kernel.js';
import { elementwise } from '../elementwise.js';
import { nativeMap } from '../native-map.js';

type Logits = { x: tf.Tensor; target: tf.Tensor };

/** −log σ(x), by PyTorch's stable formula. */
function negativeLogSigmoid(x: tf.Tensor): tf.Tensor {
  return softplus({ x: tf.neg(x) }, { beta: 1, threshold: 20 })[0];
}

/** (1 − target) · x − log σ(x); its gradient is σ(x) − target. */
export const binaryCrossEntropyOfLogits = defineKernel({
  name: 'TrainkitBinaryCrossEntropyOfLogits',
  composite: ({ x, target }: Logits) => [tf.add(tf.mul(tf.sub(1, target), x), negativeLogSigmoid(x))],
  gradient: ([dy], { inputs: { x, target } }) => ({
    x: () => sigmoidError({ x, target, dy })[0],
    target: () => tf.mul(dy, tf.neg(x)),
  }),
  native: ({ x, target }) => nativeMap('binaryCrossEntropyOfLogits', [x, target]),
});

/** dy · (σ(x) − target) */
const sigmoidError = defineKernel({
  name: 'TrainkitSigmoidError',
  composite: ({ x, target, dy }: Logits & { dy: tf.Tensor }) => [tf.mul(dy, tf.sub(tf.sigmoid(x), target))],
  native: ({ x, target, dy }) => nativeMap('sigmoidError', [x, target, dy]),
});

/**
 * (1 − target) · x − (1 + (posWeight − 1) · target) · log σ(x): the loss whose positive part is
 * multiplied by `posWeight`, which is broadcast and has no gradient.
 */
export const weightedBinaryCrossEntropyOfLogits = defineKernel({
  name: 'TrainkitWeightedBinaryCrossEntropyOfLogits',
  composite: ({ x, target, posWeight }: Logits & { posWeight: tf.Tensor }) => {
    const weight = tf.add(1, tf.mul(tf.sub(posWeight, 1), target));
    return [tf.add(tf.mul(tf.sub(1, target), x), tf.mul(weight, negativeLogSigmoid(x)))];
  },
  gradient: ([dy], { inputs: { x, target, posWeight } }) => ({
    x: () => {
      const positive = tf.mul(posWeight, target);
      return tf.mul(dy, tf.sub(tf.mul(tf.sub(tf.add(positive, 1), target), tf.sigmoid(x)), positive));
    },
    target: () => {
      const positive = tf.mul(posWeight, negativeLogSigmoid(x));
      return tf.mul(dy, tf.sub(positive, negativeLogSigmoid(tf.neg(x))));
    },
  }),
});

/** The lower bound of logarithms, as in PyTorch: a probability of 0 costs 100, not infinity. */
const SMALLEST = -100;

/** The lower bound of the gradient's divisor, as in PyTorch. */
const EPSILON = 1e-12;

/** −target · log x − (1 − target) · log(1 − x). */
export const binaryCrossEntropyOfProbabilities = defineKernel({
  name: 'TrainkitBinaryCrossEntropyOfProbabilities',
  composite: ({ x, target }: Logits) => [
    tf.sub(
      tf.mul(tf.sub(target, 1), tf.maximum(tf.log1p(tf.neg(x)), SMALLEST)),
      tf.mul(target, tf.maximum(tf.log(x), SMALLEST)),
    ),
  ],
  gradient: ([dy], { inputs: { x, target } }) => ({
    x: () => tf.div(tf.mul(dy, tf.sub(x, target)), tf.maximum(tf.mul(tf.sub(1, x), x), EPSILON)),
    target: () => tf.mul(dy, tf.sub(tf.log(tf.sub(1, x)), tf.log(x))),
  }),
  // The backend's own log1p(y) computes log(1 + y), which is 0 near 0.
  wasm: plain,
  cpu: plain,
  native: ({ x, target }) => nativeMap('binaryCrossEntropyOfProbabilities', [x, target]),
});

function plain({ x, target }: Logits): [tf.Tensor] | null {
  return elementwise(
    (p, t) => (t - 1) * Math.max(Math.log1p(-p), SMALLEST) - t * Math.max(Math.log(p), SMALLEST),
    x,
    target,
  );
}
