import * as tf from '@tensorflow/tfjs-core';
import { describeBackends } from '@trainkit/testing';
import { expect, it } from 'vitest';
import { Mean, MeanLoss } from './index.js';

const meanOutput = (outputs: tf.Tensor) => tf.mean(outputs);

describeBackends('MeanLoss and Mean', () => {
  it('weighs a batch by its rows', () => {
    tf.tidy(() => {
      const loss = new MeanLoss(meanOutput);
      loss.update(tf.tensor1d([1, 1, 1]), tf.zeros([3]));
      loss.update(tf.tensor1d([5]), tf.zeros([1]));
      expect(loss.compute()).toBe(2);
    });
  });

  it('weights a batch by the labels that are not ignored, and skips one without any', () => {
    tf.tidy(() => {
      let calls = 0;
      const loss = new MeanLoss(
        (outputs) => {
          calls++;
          return tf.mean(outputs);
        },
        { ignoreIndex: -100 },
      );
      loss.update(tf.tensor1d([1, 1, 1]), tf.tensor1d([0, -100, 0], 'int32'));
      loss.update(tf.tensor1d([4]), tf.tensor1d([0], 'int32'));
      loss.update(tf.tensor1d([Number.NaN]), tf.tensor1d([-100], 'int32'));
      expect(loss.compute()).toBe(2);
      expect(calls).toBe(2);
    });
  });

  it('adds sums as they are, which for one batch is the sum by the rows to the last bit', () => {
    tf.tidy(() => {
      const sum = new MeanLoss((outputs) => tf.sum(outputs), { reduction: 'sum' });
      sum.update(tf.tensor1d([0.1, 0.2, 0.7]), tf.zeros([3]));
      expect(sum.compute()).toBe(Math.fround(1) / 3);
      sum.update(tf.tensor1d([2]), tf.zeros([1]));
      expect(sum.compute()).toBe(3 / 4);
      expect(() => new MeanLoss(meanOutput, { reduction: 'none' as never })).toThrow(
        'MeanLoss: reduction is "none"; expected',
      );
    });
  });

  it('disposes the tensors of the loss function, even if it throws', () => {
    const [outputs, labels] = [tf.ones([3]), tf.zeros([3])];
    const loss = new MeanLoss((x) => {
      tf.square(x);
      throw new Error('no loss');
    });
    const before = tf.memory().numTensors;
    expect(() => loss.update(outputs, labels)).toThrow('no loss');
    expect(tf.memory().numTensors).toBe(before);
    expect(loss.compute()).toBeNaN();
    tf.dispose([outputs, labels]);
  });

  it('does not dispose a loss that is somebody else’s', () => {
    const [constant, labels] = [tf.scalar(2), tf.zeros([3])];
    const loss = new MeanLoss(() => constant);
    loss.update(labels, labels);
    expect(constant.isDisposed).toBe(false);
    expect(loss.compute()).toBe(2);
    tf.dispose([constant, labels]);
  });

  it('is infinite with an infinite loss, also from its state', () => {
    tf.tidy(() => {
      const loss = new MeanLoss(meanOutput);
      loss.update(tf.tensor1d([Infinity]), tf.zeros([1]));
      loss.update(tf.tensor1d([1]), tf.zeros([1]));
      expect(loss.compute()).toBe(Infinity);
      const loaded = new MeanLoss(meanOutput);
      loaded.loadStateDict(JSON.parse(JSON.stringify(loss.stateDict())));
      expect(loaded.compute()).toBe(Infinity);
    });
  });

  it('is the mean of many numbers to the last bit', () => {
    const mean = new Mean();
    for (let i = 0; i < 100_000; i++) mean.update(0.1);
    expect(mean.compute()).toBe(0.1);
  });

  it('accepts tensors of int32 and booleans', () => {
    tf.tidy(() => {
      const mean = new Mean();
      mean.update(tf.tensor2d([[1, 2]], [1, 2], 'int32'));
      mean.update(tf.tensor1d([true, false], 'bool'), 3);
      expect(mean.compute()).toBe(6 / 8);
    });
  });
});
