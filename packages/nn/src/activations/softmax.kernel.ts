import * as tf from '@tensorflow/tfjs-core';
import { defineKernel } from '@trainkit/kernels';
import { rowSums } from '../row-sums.kernel.js';
import { logSoftmax } from './log-softmax.kernel.js';

/** exp(x) / Σ exp(x), row by row, of a matrix; stable, since each row's maximum is taken off first. */
export const softmax = defineKernel({
  name: 'TrainkitSoftmax',
  composite: ({ x }: { x: tf.Tensor }) => [tf.exp(logSoftmax({ x })[0])],
  save: { outputs: [0] },
  gradient: ([dy], { outputs: [y] }) => ({
    x: () => {
      const weighted = tf.mul(dy, y);
      return tf.sub(weighted, tf.mul(y, rowSums({ x: weighted })[0]));
    },
  }),
  // In vectors.
  wasm: ({ x }) => [tf.softmax(x)],
});
