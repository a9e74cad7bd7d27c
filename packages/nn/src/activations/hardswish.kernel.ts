import * as tf from '@tensorflow/tfjs-core';
import { constant } from '../constant.js';
import { defineActivation } from './define-activation.js';
import { hardswishCode } from './hardswish.code.js';

/**
 * x · min(max(x + 3, 0), 6) / 6; its slope is 0 up to −3, 1 from 3 on, and x/3 + 1/2 in between.
 */
export const hardswish = defineActivation('TrainkitHardswish', {
  value: {
    composite: (x) => {
      const isInner = constant(() => tf.less(tf.abs(x), 3));
      const isUpper = constant(() => tf.cast(tf.greaterEqual(x, 3), 'float32'));
      return tf.where(isInner, tf.div(tf.mul(x, tf.add(x, 3)), 6), tf.mul(x, isUpper));
    },
    tensorflow: (x) => tf.div(tf.mul(x, tf.relu6(tf.add(x, 3))), 6),
    // Rounded to float32 to overflow where float32 does.
    plain: () => (x) => Math.fround(x * Math.min(Math.max(x + 3, 0), 6)) / 6,
  },
  gradient: {
    composite: (x, dy) => {
      // NaN uses the branch beyond 3, as in PyTorch.
      const upper = tf.where(tf.less(x, 3), tf.mul(dy, tf.add(tf.div(x, 3), 0.5)), dy);
      return tf.where(tf.lessEqual(x, -3), tf.zerosLike(dy), upper);
    },
    slope: () => (x) => (x <= -3 ? 0 : x < 3 ? x / 3 + 0.5 : 1),
  },
  wasm: { code: hardswishCode },
  native: 'hardswish',
});
