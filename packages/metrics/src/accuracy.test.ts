import * as tf from '@tensorflow/tfjs-core';
import { describeBackends } from '@trainkit/testing';
import { describe, expect, it } from 'vitest';
import { Accuracy } from './index.js';

const accuracyOf = (rows: number[][], labels: number[], topK: number) =>
  tf.tidy(() => {
    const accuracy = new Accuracy({ topK });
    accuracy.update(tf.tensor2d(rows), tf.tensor1d(labels, 'int32'));
    return accuracy.compute();
  });

describeBackends('Accuracy', () => {
  describe('of equal scores', () => {
    it('is right for the first', () => {
      const rows = [
        [1, 1, 1],
        [1, 1, 1],
        [1, 1, 1],
      ];
      expect(accuracyOf(rows, [0, 1, 2], 1)).toBe(1 / 3);
      expect(accuracyOf(rows, [0, 1, 2], 2)).toBe(2 / 3);
      expect(accuracyOf(rows, [0, 1, 2], 3)).toBe(1);
    });
  });

  it('treats NaN as the greatest score, like PyTorch’s argmax, at any index', () => {
    expect(accuracyOf([[1, Number.NaN, 2]], [1], 1)).toBe(1);
    expect(accuracyOf([[Number.NaN, 1, 2]], [2], 1)).toBe(0);
    expect(accuracyOf([[Number.NaN, 1, Number.NaN]], [2], 1)).toBe(0);
    expect(accuracyOf([[Number.NaN, 1, Number.NaN]], [2], 2)).toBe(1);
    expect(accuracyOf([[Infinity, Number.NaN, -Infinity]], [0], 2)).toBe(1);
  });

  it('is NaN before the first row, and if all rows are ignored', () => {
    tf.tidy(() => {
      const accuracy = new Accuracy({ ignoreIndex: -1 });
      expect(accuracy.compute()).toBeNaN();
      accuracy.update(tf.zeros([2, 3]), tf.tensor1d([-1, -1], 'int32'));
      expect(accuracy.compute()).toBeNaN();
    });
  });
});
