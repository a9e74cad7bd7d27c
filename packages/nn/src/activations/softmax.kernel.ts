import * as tf from '@tensorflow/tfjs-core';
import { defineKernel } from '@trainkit/kernels';
import { nativeRows } from '../native-map.js';
import { rowSums } from '../row-sums.kernel.js';
import { logSoftmax } from './log-softmax.kernel.js';

/**
 * exp(x) / Σ exp(x) for each row of a matrix. Each row's maximum is subtracted first, which makes
 * it stable.
 */
export const softmax = defineKernel({
  name: 'TrainkitSoftmax',
  composite: ({ x }: { x: tf.Tensor }) => [tf.exp(logSoftmax({ x })[0])],
  save: { outputs: [0] },
  gradient: ([dy], { outputs: [y] }) => ({ x: () => softmaxGradient({ y, dy })[0] }),
  // This op is vectorized.
  wasm: ({ x }) => [tf.softmax(x)],
  native: ({ x }) => nativeRows('softmax', [x]),
});

const softmaxGradient = defineKernel({
  name: 'TrainkitSoftmaxGradient',
  composite: ({ y, dy }: { y: tf.Tensor; dy: tf.Tensor }) => {
    const weighted = tf.mul(dy, y);
    return [tf.sub(weighted, tf.mul(y, rowSums({ x: weighted })[0]))];
  },
  native: ({ y, dy }) => nativeRows('softmaxGradient', [y, dy]),
});
