import * as tf from '@tensorflow/tfjs-core';
import { defineKernel } from '@trainkit/kernels';
import { constant } from '../constant.js';
import { elementwise } from '../elementwise.js';
import { nativeMap } from '../native-map.js';

/**
 * −1, 0 or 1; 0 at NaN, as in PyTorch. tf.sign differs: on wasm it is 0 for numbers near 0,
 * elsewhere NaN at NaN.
 */
function sign(x: tf.Tensor): tf.Tensor {
  return tf.sub(tf.cast(tf.greater(x, 0), 'float32'), tf.cast(tf.less(x, 0), 'float32'));
}

/** |d|; the gradient at 0 is 0, unlike that of tf.abs, which is −1. */
export const absoluteError = defineKernel({
  name: 'TrainkitAbsoluteError',
  composite: ({ d }: { d: tf.Tensor }) => [
    tf.mul(
      d,
      constant(() => sign(d)),
    ),
  ],
  gradient: ([dy], { inputs: { d } }) => ({ d: () => absoluteErrorGradient({ d, dy })[0] }),
  tensorflow: ({ d }) => [tf.abs(d)],
  wasm: ({ d }) => [tf.abs(d)],
  cpu: ({ d }) => [tf.abs(d)],
  native: ({ d }) => nativeMap('abs', [d]),
});

const absoluteErrorGradient = defineKernel({
  name: 'TrainkitAbsoluteErrorGradient',
  composite: ({ d, dy }: { d: tf.Tensor; dy: tf.Tensor }) => [tf.mul(dy, sign(d))],
  cpu: ({ d, dy }) => elementwise((at, by) => (at > 0 ? by : at < 0 ? -by : 0), d, dy),
  native: ({ d, dy }) => nativeMap('absoluteErrorGradient', [d, dy]),
});

/**
 * The parameters of the loss of an error d: linear · d² / (2 · delta) up to `delta`, linear · (|d|
 * − delta / 2) beyond.
 */
type Attrs = { delta: number; linear: number };

/** A parabola around 0, and straight lines of slope `linear` beyond `delta`. */
export const huberError = defineKernel({
  name: 'TrainkitHuberError',
  composite: ({ d }: { d: tf.Tensor }, { delta, linear }: Attrs) => {
    const a = tf.mul(
      d,
      constant(() => sign(d)),
    );
    const isNear = constant(() => tf.less(tf.abs(d), delta));
    const zeros = tf.zerosLike(d);
    // Large errors are excluded: infinity times the gradient's 0 would be NaN.
    const parabola = tf.mul((0.5 * linear) / delta, tf.square(tf.where(isNear, d, zeros)));
    return [tf.where(isNear, parabola, tf.mul(linear, tf.sub(a, 0.5 * delta)))];
  },
  gradient: ([dy], { inputs: { d } }, attrs) => ({ d: () => huberErrorGradient({ d, dy }, attrs)[0] }),
  cpu: ({ d }, { delta, linear }) =>
    elementwise((at) => {
      const a = Math.abs(at);
      return a < delta ? ((0.5 * linear) / delta) * at * at : linear * (a - 0.5 * delta);
    }, d),
  native: ({ d }, { delta, linear }) => nativeMap('huberError', [d], [delta, linear]),
});

const huberErrorGradient = defineKernel({
  name: 'TrainkitHuberErrorGradient',
  composite: ({ d, dy }: { d: tf.Tensor; dy: tf.Tensor }, { delta, linear }: Attrs) => [
    // From delta on, the slope is that of the lines; NaN stays NaN.
    tf.mul(dy, tf.mul(linear / delta, tf.minimum(tf.maximum(d, -delta), delta))),
  ],
  cpu: ({ d, dy }, { delta, linear }) =>
    elementwise((at, by) => by * (linear / delta) * Math.min(Math.max(at, -delta), delta), d, dy),
  native: ({ d, dy }, { delta, linear }) => nativeMap('huberErrorGradient', [d, dy], [delta, linear]),
});
