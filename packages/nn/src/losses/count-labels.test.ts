import * as tf from '@tensorflow/tfjs';
import { Generator } from '@trainkit/random';
import { describeBackends, expectAllClose } from '@trainkit/testing';
import { expect, it } from 'vitest';
import { countLabels, crossEntropy } from '../index.js';

const IGNORED = [0, -100, 2, 1, -100, 2];

describeBackends('countLabels', () => {
  it.each([
    { title: 'without options', labels: [0, 1, 2, 1, 0, 2], options: {}, count: 6 },
    { title: 'with ignored labels', labels: IGNORED, options: {}, count: 4 },
    {
      title: 'with a class that is ignored',
      labels: [0, 1, 2, 1, 0, 2],
      options: { ignoreIndex: 2 },
      count: 4,
    },
    { title: 'with weights', labels: IGNORED, options: { weight: [0.5, 2, 1.5] }, count: 5.5 },
    {
      title: 'with weights of which one is 0',
      labels: [0, 1, 1, 0, 2, 2],
      options: { weight: [0, 2, 1], ignoreIndex: 2 },
      count: 4,
    },
  ])('$title is what the mean divides the sum by', ({ labels: given, options, count }) => {
    tf.tidy(() => {
      const labels = tf.tensor1d(given, 'int32');
      const logits = tf.tensor2d(new Generator(3).normal(18), [6, 3]);
      const sum = crossEntropy(logits, labels, { ...options, reduction: 'sum' });
      const counted = countLabels(labels, options);
      expect(counted.dataSync()[0]).toBe(count);
      expectAllClose(tf.div(sum, counted), crossEntropy(logits, labels, options), { rtol: 1e-6 });
    });
  });

  it('takes labels of any shape, none, and weights as a tensor', () => {
    tf.tidy(() => {
      const labels = tf.tensor2d([0, 1, 1, -100], [2, 2], 'int32');
      expect(countLabels(labels, { weight: tf.tensor1d([1, 0.25]) }).dataSync()[0]).toBe(1.5);
      const none = tf.zeros([0], 'int32');
      expect(countLabels(none).dataSync()[0]).toBe(0);
      expect(countLabels(none, { weight: [1] }).dataSync()[0]).toBe(0);
    });
  });

  it('refuses labels that are no int32', () => {
    const labels = tf.tensor1d([1]);
    expect(() => countLabels(labels)).toThrow('countLabels: labels');
    labels.dispose();
  });
});
