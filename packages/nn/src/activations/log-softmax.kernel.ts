import * as tf from '@tensorflow/tfjs-core';
import { defineKernel } from '@trainkit/kernels';
import { nativeOps } from '@trainkit/kernels/node';
import { constant } from '../constant.js';
import { nativeRows } from '../native-map.js';
import { rowSums } from '../row-sums.kernel.js';

/**
 * x − log Σ exp(x) for each row of a matrix. Each row's maximum m is subtracted first, which makes
 * it stable: (x − m) − log Σ exp(x − m).
 */
export const logSoftmax = defineKernel({
  name: 'TrainkitLogSoftmax',
  composite: ({ x }: { x: tf.Tensor }) => {
    // The maximum cancels out of the result, so it needs no gradient.
    const maximum = constant(() => tf.max(x, 1, true));
    const shifted = tf.sub(x, maximum);
    return [tf.sub(shifted, tf.log(rowSums({ x: tf.exp(shifted) })[0]))];
  },
  save: { outputs: [0] },
  gradient: ([dy], { outputs: [y] }) => ({ x: () => logSoftmaxGradient({ y, dy })[0] }),
  tensorflow: ({ x }) => [nativeOps().logSoftmax(x)],
  native: ({ x }) => nativeRows('logSoftmax', [x]),
});

const logSoftmaxGradient = defineKernel({
  name: 'TrainkitLogSoftmaxGradient',
  composite: ({ y, dy }: { y: tf.Tensor; dy: tf.Tensor }) => [
    tf.sub(dy, tf.mul(tf.exp(y), rowSums({ x: dy })[0])),
  ],
  native: ({ y, dy }) => nativeRows('logSoftmaxGradient', [y, dy]),
});
