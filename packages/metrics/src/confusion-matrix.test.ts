import * as tf from '@tensorflow/tfjs-core';
import { describeBackends } from '@trainkit/testing';
import { expect, it } from 'vitest';
import { ConfusionMatrix } from './index.js';

describeBackends('ConfusionMatrix', (backend) => {
  it('counts on a backend on which TensorFlow.js’s own throws', () => {
    tf.tidy(() => {
      const [labels, predicted] = [tf.tensor1d([0, 1, 2, 1], 'int32'), tf.tensor1d([0, 2, 2, 1], 'int32')];
      const matrix = new ConfusionMatrix(3);
      matrix.update(predicted, labels);
      const expected = [
        [1, 0, 0],
        [0, 1, 1],
        [0, 0, 1],
      ];
      expect(matrix.compute()).toEqual(expected);
      const theirs = () => tf.math.confusionMatrix(labels, predicted, 3).arraySync();
      if (backend === 'wasm') expect(theirs).toThrow();
      else expect(theirs()).toEqual(expected);
    });
  });

  it('is 0 if the divisor is 0', () => {
    const zeros = [
      [0, 0],
      [0, 0],
    ];
    for (const normalize of ['true', 'pred', 'all'] as const) {
      expect(new ConfusionMatrix(2, { normalize }).compute()).toEqual(zeros);
    }
  });
});
