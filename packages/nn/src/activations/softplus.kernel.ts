import * as tf from '@tensorflow/tfjs-core';
import { constant } from '../constant.js';
import { defineActivation } from './define-activation.js';
import { softplusCode } from './softplus.code.js';

/**
 * log(1 + exp(beta · x)) / beta, and x itself where beta · x > threshold; its slope is σ(beta · x),
 * or 1 there.
 */
export const softplus = defineActivation<{ beta: number; threshold: number }>('TrainkitSoftplus', {
  value: {
    composite: (x, { beta, threshold }) => {
      const z = beta === 1 ? x : tf.mul(x, beta);
      const smooth = tf.softplus(z);
      const isLinear = constant(() => tf.greater(z, threshold));
      return tf.where(isLinear, x, beta === 1 ? smooth : tf.div(smooth, beta));
    },
    plain:
      ({ beta, threshold }) =>
      (x) => {
        const z = x * beta;
        return z > threshold ? x : (Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)))) / beta;
      },
  },
  gradient: {
    composite: (x, dy, { beta, threshold }) => {
      const z = beta === 1 ? x : tf.mul(x, beta);
      return tf.where(tf.greater(z, threshold), dy, tf.mul(dy, tf.sigmoid(z)));
    },
    slope:
      ({ beta, threshold }) =>
      (x) =>
        x * beta > threshold ? 1 : 1 / (1 + Math.exp(-x * beta)),
  },
  wasm: { code: softplusCode, parameters: ({ beta, threshold }) => [beta, threshold] },
  native: 'scaledSoftplus',
});
