import * as tf from '@tensorflow/tfjs-core';
import { describeBackends } from '@trainkit/testing';
import { expect, it } from 'vitest';
import { crossEntropy, Linear } from './index.js';

// What TensorFlow.js 4.22 lacks on wasm, so that a change of it is noticed, and that nothing here needs it.
describeBackends(
  'training where the backend has not all kernels',
  () => {
    it.each([
      ['UnsortedSegmentSum', (x: tf.Tensor4D) => tf.gather(x, tf.tensor1d([0, 1], 'int32'))],
      ['Conv2DBackpropFilter', (x: tf.Tensor4D) => tf.conv2d(tf.ones([1, 4, 4, 1]), x, 1, 'same')],
    ])('fails in TensorFlow.js for want of %s', (kernel, f) => {
      const gradient = () => tf.grad((x: tf.Tensor4D) => tf.sum(f(x)))(tf.ones([3, 3, 1, 1]));
      // What TensorFlow.js leaves where a gradient fails is freed by a scope around it.
      tf.engine().startScope();
      try {
        expect(gradient).toThrow(`Kernel '${kernel}' not registered for backend 'wasm'`);
      } finally {
        tf.engine().endScope();
      }
    });

    it('works here, also where labels pick weights', () => {
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
  },
  { backends: ['wasm'] },
);
