import * as tf from '@tensorflow/tfjs-core';
import { constant } from '../constant.js';
import { defineActivation } from './define-activation.js';
import { eluCode } from './elu.code.js';

/**
 * scale · (x where x > 0, else alpha · (exp(x) − 1)); its slope is scale where x > 0, else scale ·
 * alpha · exp(x).
 */
export const elu = defineActivation<{ alpha: number; scale: number }>('TrainkitELU', {
  value: {
    composite: (x, { alpha, scale }) => {
      const isPositive = constant(() => tf.greater(x, 0));
      // Large numbers are excluded: infinity times the gradient's 0 would be NaN.
      const negative = tf.mul(alpha, tf.expm1(tf.where(isPositive, 0, x)));
      return scaled(tf.where(isPositive, x, negative), scale);
    },
    // TensorFlow's Elu does not fit: it has no alpha and computes exp(x) − 1, which is 0 near 0.
    tensorflow: (x, { alpha, scale }) =>
      scaled(tf.add(tf.relu(x), scaled(tf.expm1(tf.minimum(x, 0)), alpha)), scale),
    plain:
      ({ alpha, scale }) =>
      (x) =>
        scale * (x > 0 ? x : alpha * Math.expm1(x)),
  },
  gradient: {
    // NaN uses the branch of x > 0, as in PyTorch.
    composite: (x, dy, { alpha, scale }) => {
      const by = scaled(dy, scale);
      return tf.where(tf.lessEqual(x, 0), tf.mul(by, scaled(tf.exp(x), alpha)), by);
    },
    slope:
      ({ alpha, scale }) =>
      (x) =>
        scale * (x <= 0 ? alpha * Math.exp(x) : 1),
  },
  wasm: { code: eluCode, parameters: ({ alpha, scale }) => [alpha, scale] },
  native: 'scaledELU',
});

function scaled(x: tf.Tensor, factor: number): tf.Tensor {
  return factor === 1 ? x : tf.mul(x, factor);
}
