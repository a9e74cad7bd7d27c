import * as tf from '@tensorflow/tfjs-core';
import { defineKernel } from '@trainkit/kernels';
import { pick } from './one-hot.js';

/**
 * Each row's value in the column of its label. The gradient of the other columns is 0 for any
 * upstream gradient, while that of `pick` is a product with 0.
 */
export const pickLabels = defineKernel({
  name: 'TrainkitPickLabels',
  composite: ({ x, hot }: { x: tf.Tensor; hot: tf.Tensor }) => [pick(x, hot)],
  gradient: ([dy], { inputs: { x, hot } }) => ({
    x: () => tf.where(hot, tf.mul(tf.onesLike(x), tf.expandDims(dy, 1)), tf.zerosLike(x)),
  }),
});
