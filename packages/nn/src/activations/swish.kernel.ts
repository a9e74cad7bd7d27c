import * as tf from '@tensorflow/tfjs-core';
import { constant } from '../constant.js';
import { sigmoid } from './basic.kernel.js';
import { defineActivation } from './define-activation.js';
import { mishCode, SATURATED, siluCode } from './swish.code.js';

/** x · σ(x), where σ is the sigmoid; with s = σ(x) its slope is s · (1 + x · (1 − s)). */
export const silu = defineActivation('TrainkitSiLU', {
  value: {
    composite: (x) => tf.mul(x, sigmoid({ x })[0]),
    plain: () => (x) => x / (1 + Math.exp(-x)),
  },
  gradient: {
    composite: (x, dy) => {
      const s = tf.sigmoid(x);
      return tf.mul(dy, tf.mul(s, tf.add(1, tf.mul(x, tf.sub(1, s)))));
    },
    slope: () => (x) => {
      const s = 1 / (1 + Math.exp(-x));
      return s * (1 + x * (1 - s));
    },
  },
  wasm: { code: siluCode },
  native: 'silu',
});

/**
 * x · tanh(softplus(x)); with t = tanh(softplus(x)) its slope is t + x · σ(x) · (1 − t²).
 *
 * With e = exp(x) and n = e · (e + 2), t is n / (n + 2), which is exact for x of any size and needs
 * no logarithm.
 */
export const mish = defineActivation('TrainkitMish', {
  value: {
    composite: (x) => {
      const isBelow = constant(() => tf.less(x, SATURATED));
      return tf.mul(x, gate(tf.where(isBelow, x, SATURATED)));
    },
    tensorflow: (x) => tf.mul(x, gate(tf.minimum(x, SATURATED))),
    plain: () => (x) => x * gateOf(x),
  },
  gradient: {
    composite: (x, dy) => {
      const t = gate(tf.minimum(x, SATURATED));
      return tf.mul(dy, tf.add(t, tf.mul(tf.mul(x, tf.sigmoid(x)), tf.sub(1, tf.square(t)))));
    },
    slope: () => (x) => {
      const t = gateOf(x);
      return t + (x / (1 + Math.exp(-x))) * (1 - t * t);
    },
  },
  wasm: { code: mishCode },
  native: 'mish',
});

/** tanh(softplus(x)) for x up to 20. */
function gate(x: tf.Tensor): tf.Tensor {
  const e = tf.exp(x);
  const n = tf.mul(e, tf.add(e, 2));
  return tf.div(n, tf.add(n, 2));
}

function gateOf(x: number): number {
  const e = Math.exp(Math.min(x, SATURATED));
  const n = e * (e + 2);
  return n / (n + 2);
}
