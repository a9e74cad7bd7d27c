import * as tf from '@tensorflow/tfjs-core';
import { defineKernel } from '@trainkit/kernels';
import { nativeOps } from '@trainkit/kernels/node';

/** What an activation's gradient starts from: its output, and the gradient of that. */
type Backward = { y: tf.Tensor; dy: tf.Tensor };
type Forward = { x: tf.Tensor };

/** tanh x; the gradient is dy · (1 − y²). */
export const tanh = defineKernel({
  name: 'TrainkitTanh',
  composite: ({ x }: Forward) => [tf.tanh(x)],
  save: { inputs: [], outputs: [0] },
  gradient: ([dy], { outputs: [y] }) => ({ x: () => tanhGradient({ y, dy })[0] }),
});

const tanhGradient = defineKernel({
  name: 'TrainkitTanhGradient',
  composite: ({ y, dy }: Backward) => [tf.mul(dy, tf.sub(1, tf.square(y)))],
  tensorflow: ({ y, dy }) => [nativeOps().tanhGrad(y, dy)],
});

/** 1 / (1 + exp(−x)); the gradient is dy · y · (1 − y). */
export const sigmoid = defineKernel({
  name: 'TrainkitSigmoid',
  composite: ({ x }: Forward) => [tf.sigmoid(x)],
  save: { inputs: [], outputs: [0] },
  gradient: ([dy], { outputs: [y] }) => ({ x: () => sigmoidGradient({ y, dy })[0] }),
});

const sigmoidGradient = defineKernel({
  name: 'TrainkitSigmoidGradient',
  composite: ({ y, dy }: Backward) => [tf.mul(dy, tf.mul(y, tf.sub(1, y)))],
  tensorflow: ({ y, dy }) => [nativeOps().sigmoidGrad(y, dy)],
});

/** max(x, 0); the gradient is dy where y > 0, else 0. */
export const relu = defineKernel({
  name: 'TrainkitReLU',
  composite: ({ x }: Forward) => [tf.relu(x)],
  save: { inputs: [], outputs: [0] },
  gradient: ([dy], { outputs: [y] }) => ({ x: () => reluGradient({ y, dy })[0] }),
});

const reluGradient = defineKernel({
  name: 'TrainkitReLUGradient',
  composite: ({ y, dy }: Backward) => [tf.mul(dy, tf.step(y))],
  tensorflow: ({ y, dy }) => [nativeOps().reluGrad(dy, y)],
});
