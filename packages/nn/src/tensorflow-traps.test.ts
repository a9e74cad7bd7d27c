import * as tf from '@tensorflow/tfjs-core';
import { useFastestBackend } from '@trainkit/backend';
import { describeBackends } from '@trainkit/testing';
import { expect, it } from 'vitest';
import { crossEntropy, Linear } from './index.js';

// The gaps of TensorFlow.js 4.22 on wasm, so that a change is noticed, and a check that this
// package does not need them.

// Outside the suite of backends, since TensorFlow.js leaves tensors behind if a gradient fails.
it.each([
  ['UnsortedSegmentSum', (x: tf.Tensor) => tf.gather(x, tf.tensor1d([0, 1], 'int32'))],
  [
    'Conv2DBackpropFilter',
    (x: tf.Tensor) =>
      tf.conv2d(tf.ones<tf.Rank.R4>([1, 4, 4, 1]), tf.reshape<tf.Rank.R4>(x, [3, 3, 1, 1]), 1, 'same'),
  ],
])('TensorFlow.js has no %s on wasm, which gradients need', async (kernel, f) => {
  await useFastestBackend({ prefer: 'wasm' });
  const gradient = () => tf.grad((x) => tf.sum(f(x)))(tf.ones([3, 3]));
  expect(gradient).toThrow(`Kernel '${kernel}' not registered for backend 'wasm'`);
});

describeBackends('the loss', () => {
  it('has a gradient here, even if labels select weights', () => {
    const layer = new Linear(4, 3);
    const weight = tf.tensor1d([1, 2, 3]);
    const x = tf.ones([2, 4]);
    const labels = tf.tensor1d([0, 2], 'int32');
    const { value, grads } = tf.variableGrads(
      () => crossEntropy(layer.forward(x), labels, { weight, labelSmoothing: 0.1 }),
      layer.parameters(),
    );
    expect(Object.values(grads).map(({ shape }) => shape)).toEqual([[4, 3], [3]]);
    tf.dispose([value, grads, x, labels, weight]);
    layer.dispose();
  });
});
