import * as tf from '@tensorflow/tfjs-core';
import { describeBackends, expectAllClose } from '@trainkit/testing';
import { expect, it } from 'vitest';
import { isFasterSwapped, swappedProduct } from './swapped-product.js';

it.each([
  ['a batch and a large weight', [128, 512], [512, 512], true],
  ['two examples', [2, 512], [512, 512], true],
  ['one example: a vector has a way of its own', [1, 512], [512, 512], false],
  ['half as many examples as columns', [256, 512], [512, 512], true],
  ['more: the product is no longer small', [257, 512], [512, 512], false],
  ['just large enough', [8, 384], [512, 384], true],
  ['not large enough', [8, 384], [511, 384], false],
  ['a narrow weight', [128, 10], [40_000, 10], false],
  ['batches of matrices', [8, 128, 512], [8, 512, 512], false],
])('%s', (_, a, b, expected) => {
  expect(isFasterSwapped(a, b)).toBe(expected);
});

describeBackends('swappedProduct', () => {
  it('is a · bᵀ', () => {
    tf.tidy(() => {
      const a = tf.tensor2d([1, -2, 3, 0.5, 4, -1], [2, 3]);
      const b = tf.tensor2d([1, 0, 2, -1, 3, 1, 0, 5, 2, 1, 1, 1], [4, 3]);
      const product = swappedProduct(a, b, (left, right) => tf.matMul(left, right, false, true));
      expect(product.shape).toEqual([2, 4]);
      expectAllClose(product, tf.matMul(a, b, false, true));
    });
  });

  it('leaves no tensor but the product, even if a product fails', () => {
    tf.tidy(() => {
      const [a, b] = [tf.ones([2, 3]), tf.ones([4, 3])];
      const before = tf.memory().numTensors;
      swappedProduct(a, b, (left, right) => tf.matMul(left, right, false, true)).dispose();
      const fails = () => {
        throw new Error('no memory');
      };
      expect(() => swappedProduct(a, b, fails)).toThrow('no memory');
      expect(tf.memory().numTensors).toBe(before);
    });
  });
});
