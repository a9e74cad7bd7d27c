import * as tf from '@tensorflow/tfjs';
import { describeBackends } from '@trainkit/testing';
import { expect, it } from 'vitest';
import { filledTensor } from './index.js';

describeBackends('filledTensor', () => {
  it('creates a tensor of the written numbers, even in memory of an earlier tensor', () => {
    for (const [i, shape] of [[2, 3], [2, 3], [], [0]].entries()) {
      const filled = filledTensor(shape, (values) => values.fill(i));
      expect(filled.shape).toEqual(shape);
      expect([...filled.dataSync()]).toEqual(new Array(filled.size).fill(i));
      filled.dispose();
    }
  });

  it('leaves no tensor behind if writing fails', () => {
    const before = tf.memory().numTensors;
    const fail = () => {
      throw new Error('no numbers');
    };
    expect(() => filledTensor([2], fail)).toThrow('no numbers');
    expect(tf.memory().numTensors).toBe(before);
  });
});
