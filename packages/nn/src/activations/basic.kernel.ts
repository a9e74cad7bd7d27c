import * as tf from '@tensorflow/tfjs-core';
import { defineKernel } from '@trainkit/kernels';
import { nativeOps } from '@trainkit/kernels/node';
import { simdOnHeap } from '@trainkit/kernels/wasm';
import { elementwise } from '../elementwise.js';
import { nativeMap } from '../native-map.js';
import { activationCode } from './basic.code.js';

/** The inputs of an activation's gradient: its output, and the gradient of that output. */
type Backward = { y: tf.Tensor; dy: tf.Tensor };
type Forward = { x: tf.Tensor };

/** tanh x; the gradient is dy · (1 − y²). */
export const tanh = defineKernel({
  name: 'TrainkitTanh',
  composite: ({ x }: Forward) => [tf.tanh(x)],
  save: { inputs: [], outputs: [0] },
  gradient: ([dy], { outputs: [y] }) => ({ x: () => tanhGradient({ y, dy })[0] }),
  native: ({ x }) => nativeMap('tanh', [x]),
});

const tanhGradient = defineKernel({
  name: 'TrainkitTanhGradient',
  composite: ({ y, dy }: Backward) => [tf.mul(dy, tf.sub(1, tf.square(y)))],
  tensorflow: ({ y, dy }) => [nativeOps().tanhGrad(y, dy)],
  wasm: (inputs) => onWasm('tanh', inputs),
  cpu: (inputs) => elementwise((dy, y) => dy * (1 - y * y), inputs.dy, inputs.y),
  native: ({ y, dy }) => nativeMap('tanhGradient', [y, dy]),
});

/** 1 / (1 + exp(−x)); the gradient is dy · y · (1 − y). */
export const sigmoid = defineKernel({
  name: 'TrainkitSigmoid',
  composite: ({ x }: Forward) => [tf.sigmoid(x)],
  save: { inputs: [], outputs: [0] },
  gradient: ([dy], { outputs: [y] }) => ({ x: () => sigmoidGradient({ y, dy })[0] }),
  native: ({ x }) => nativeMap('sigmoid', [x]),
});

const sigmoidGradient = defineKernel({
  name: 'TrainkitSigmoidGradient',
  composite: ({ y, dy }: Backward) => [tf.mul(dy, tf.mul(y, tf.sub(1, y)))],
  tensorflow: ({ y, dy }) => [nativeOps().sigmoidGrad(y, dy)],
  wasm: (inputs) => onWasm('sigmoid', inputs),
  cpu: (inputs) => elementwise((dy, y) => dy * y * (1 - y), inputs.dy, inputs.y),
  native: ({ y, dy }) => nativeMap('sigmoidGradient', [y, dy]),
});

/** max(x, 0); the gradient is 0 where y ≤ 0, else dy. At NaN it is dy too, as in PyTorch. */
export const relu = defineKernel({
  name: 'TrainkitReLU',
  composite: ({ x }: Forward) => [tf.relu(x)],
  save: { inputs: [], outputs: [0] },
  gradient: ([dy], { outputs: [y] }) => ({ x: () => reluGradient({ y, dy })[0] }),
  native: ({ x }) => nativeMap('relu', [x]),
});

const reluGradient = defineKernel({
  name: 'TrainkitReLUGradient',
  // The gradient of TensorFlow's own ReluGrad at NaN is 0.
  composite: ({ y, dy }: Backward) => [tf.where(tf.lessEqual(y, 0), 0, dy)],
  wasm: (inputs) => onWasm('relu', inputs),
  cpu: (inputs) => elementwise((dy, y) => (y <= 0 ? 0 : dy), inputs.dy, inputs.y),
  native: ({ y, dy }) => nativeMap('reluGradient', [y, dy]),
});

/** Computes a gradient in one pass over the WebAssembly backend's memory; null without SIMD. */
function onWasm(name: 'tanh' | 'sigmoid' | 'relu', { y, dy }: Backward): [tf.Tensor] | null {
  const heap = simdOnHeap(activationCode, y, dy);
  if (heap === null) return null;
  const dx = heap.make(y.shape);
  heap.code[name](heap.address(dx), heap.address(dy), heap.address(y), y.size);
  return [dx];
}
