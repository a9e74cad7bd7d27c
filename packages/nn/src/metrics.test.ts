import * as tf from '@tensorflow/tfjs-core';
import { describeBackends, expectAllClose } from '@trainkit/testing';
import { expect, it } from 'vitest';
import golden from '../goldens/mse-loss.json' with { type: 'json' };
import { accuracy, mseLoss } from './index.js';

describeBackends('accuracy and mseLoss', () => {
  it('accuracy is the share of right rows, the first of equal logits counting', () => {
    tf.tidy(() => {
      const logits = tf.tensor2d([
        [1, 1, 0],
        [0, 2, 2],
        [3, 1, 2],
        [0, 0, 0],
      ]);
      const share = (labels: number[]) => accuracy(logits, tf.tensor1d(labels, 'int32')).dataSync()[0];
      expect(share([0, 1, 0, 0])).toBe(1);
      expect(share([1, 2, 0, 2])).toBe(0.25);
      expect(share([2, 0, 1, 1])).toBe(0);
    });
  });

  it('accuracy refuses the same arguments as crossEntropy', () => {
    tf.tidy(() => {
      expect(() => accuracy(tf.zeros([2, 3]), tf.zeros([2]))).toThrow(
        'accuracy: labels is a float32 tensor of shape [2]; expected int32.',
      );
    });
  });

  it('mseLoss is PyTorch’s', () => {
    tf.tidy(() => {
      const [prediction, target] = [tf.tensor2d(golden.prediction), tf.tensor2d(golden.target)];
      expectAllClose(mseLoss(prediction, target), golden.losses.mean);
      expectAllClose(mseLoss(prediction, target, { reduction: 'sum' }), golden.losses.sum);
      expectAllClose(mseLoss(prediction, target, { reduction: 'none' }), golden.losses.none);
    });
  });

  it('mseLoss refuses to broadcast', () => {
    tf.tidy(() => {
      expect(() => mseLoss(tf.zeros([3, 1]), tf.zeros([3]))).toThrow(
        'mseLoss: target is a float32 tensor of shape [3]; expected the shape of prediction, [3, 1]. ' +
          'Of a column and a row, write prediction.squeeze([1]).',
      );
      expect(() => mseLoss(tf.zeros([1]), tf.zeros([1]), { reduction: 'max' as 'sum' })).toThrow(
        'mseLoss: reduction is "max"; expected "mean" or "sum" or "none".',
      );
    });
  });
});
