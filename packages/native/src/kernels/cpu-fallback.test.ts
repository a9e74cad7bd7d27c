import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { useNativeBackend } from '../index.js';

describe('arguments that have no meaning for a native kernel', () => {
  it.each<[string, () => tf.Tensor]>([
    ['a negative beginning of a slice', () => tf.slice(tf.tensor1d([1, 2, 3]), [-2], [1])],
    ['a negative padding', () => tf.pad(tf.tensor1d([1, 2, 3]), [[-1, 0]])],
    ['an axis twice', () => tf.sum(tf.ones([2, 3]), [0, -2])],
    [
      'a dimension twice',
      () =>
        tf.transpose(
          tf.tensor2d([
            [1, 2],
            [3, 4],
          ]),
          [0, 0],
        ),
    ],
    [
      'a fractional stride',
      () => tf.conv2d(tf.ones<tf.Rank.R4>([1, 4, 4, 1]), tf.ones([2, 2, 1, 1]), 1.5, 'valid'),
    ],
    ['a negative repetition', () => tf.tile(tf.tensor1d([1, 2]), [-1])],
    ['a stride of 0', () => tf.maxPool(tf.ones<tf.Rank.R4>([1, 4, 4, 1]), 2, 0, 'valid')],
  ])('are those of the cpu backend: %s', async (_, op) => {
    const outcome = () => {
      try {
        return tf.tidy(() => [...op().dataSync()]);
      } catch (error) {
        return String(error);
      }
    };
    await useNativeBackend();
    const before = tf.memory().numTensors;
    const ours = outcome();
    expect(tf.memory().numTensors).toBe(before);
    await tf.setBackend('cpu');
    expect(ours).toEqual(outcome());
    await useNativeBackend();
  });
});
