import * as tf from '@tensorflow/tfjs-core';
import { defineKernel } from '@trainkit/kernels';

/**
 * The losses of the rows that count, and 0 for the others. The gradient of an ignored row is 0 for
 * any upstream gradient, while that of `tf.where` is a product with 0, which keeps NaN and
 * infinity.
 */
export const countedRows = defineKernel({
  name: 'TrainkitCountedRows',
  composite: ({ losses, counted }: { losses: tf.Tensor; counted: tf.Tensor }) => [
    tf.where(counted, losses, tf.zerosLike(losses)),
  ],
  save: { inputs: ['counted'] },
  gradient: ([dy], { inputs: { counted } }) => ({
    losses: (): tf.Tensor => tf.where(counted, dy, tf.zerosLike(dy)),
  }),
});
