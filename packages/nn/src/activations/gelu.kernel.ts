import * as tf from '@tensorflow/tfjs-core';
import { sigmoid } from './basic.kernel.js';
import { defineActivation } from './define-activation.js';
import { geluCode, geluTanhCode } from './gelu.code.js';
import { DENSITY_AT_0, normalCdf } from './normal.js';

/**
 * x · Φ(x), where Φ is the distribution function of the standard normal distribution; its slope is
 * Φ(x) + x · φ(x).
 */
export const gelu = defineActivation('TrainkitGELU', {
  value: {
    composite: (x) => tf.mul(x, cdf(x)),
    plain: () => (x) => x * normalCdf(x),
  },
  gradient: {
    composite: (x, dy) => {
      const density = tf.mul(DENSITY_AT_0, tf.exp(tf.mul(-0.5, tf.square(x))));
      return tf.mul(dy, tf.add(cdf(x), tf.mul(x, density)));
    },
    slope: () => (x) => normalCdf(x) + x * DENSITY_AT_0 * Math.exp(-0.5 * x * x),
  },
  wasm: { code: geluCode },
  native: 'gelu',
});

function cdf(x: tf.Tensor): tf.Tensor {
  return tf.mul(0.5, tf.add(1, tf.erf(tf.mul(x, Math.SQRT1_2))));
}

const SCALE = 2 * Math.sqrt(2 / Math.PI);
const CUBIC = 0.044715;

/**
 * x/2 · (1 + tanh(√(2/π) · (x + 0.044715 x³))), the tanh approximation of GELU.
 *
 * It is computed as x · s with s = σ(2 · √(2/π) · (x + 0.044715 x³)), which is equal. This avoids
 * cancellation for x below 0.
 */
export const geluTanh = defineActivation('TrainkitGELUTanh', {
  value: {
    composite: (x) => tf.mul(x, sigmoid({ x: inner(x) })[0]),
    plain: () => (x) => x * gateOf(x),
  },
  gradient: {
    composite: (x, dy) => {
      const s = tf.sigmoid(inner(x));
      const growth = tf.mul(SCALE, tf.add(1, tf.mul(3 * CUBIC, tf.square(x))));
      return tf.mul(dy, tf.add(s, tf.mul(tf.mul(tf.mul(x, s), tf.sub(1, s)), growth)));
    },
    slope: () => (x) => {
      const s = gateOf(x);
      // Rounded to float32 to overflow where float32 does: the slope is NaN there, as in PyTorch.
      const growth = Math.fround(SCALE * (1 + 3 * CUBIC * x * x));
      return s + x * s * (1 - s) * growth;
    },
  },
  wasm: { code: geluTanhCode, parameters: () => [SCALE, CUBIC] },
  native: 'geluTanh',
});

function inner(x: tf.Tensor): tf.Tensor {
  return tf.mul(SCALE, tf.add(x, tf.mul(CUBIC, tf.mul(x, tf.square(x)))));
}

function gateOf(x: number): number {
  return 1 / (1 + Math.exp(-SCALE * (x + CUBIC * x * x * x)));
}
