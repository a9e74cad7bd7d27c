import * as tf from '@tensorflow/tfjs-core';
import { describeBackends, expectAllClose } from '@trainkit/testing';
import { describe, expect, it } from 'vitest';
import { nativeOps } from './node.js';
import { nativeOps as browserOps } from './node-browser.js';

describeBackends('nativeOps', (backend) => {
  if (backend !== 'tensorflow') {
    it('refuses, and names the place to call native ops', () => {
      expect(() => nativeOps()).toThrow(
        `nativeOps: TensorFlow's native ops belong to the backend 'tensorflow'; the active one is '${backend}'. ` +
          'Call them in the `tensorflow` version of a defineKernel, which only runs there.',
      );
    });
    return;
  }

  const a = () =>
    tf.tensor2d([
      [1, -2, 3],
      [0.5, 4, -1],
    ]);

  it('is one object for a backend', () => {
    expect(nativeOps()).toBe(nativeOps());
  });

  it.each([
    [false, false],
    [true, false],
    [false, true],
    [true, true],
  ])('matMul multiplies, transposed %s and %s', (transposeA, transposeB) => {
    tf.tidy(() => {
      const left = transposeA ? tf.transpose(a()) : a();
      const right = transposeB ? tf.transpose(tf.reshape(a(), [3, 2])) : tf.reshape(a(), [3, 2]);
      const product = nativeOps().matMul(left, right, { transposeA, transposeB });
      expect(product.shape).toEqual([2, 2]);
      expectAllClose(product, tf.matMul(a(), tf.reshape(a(), [3, 2])));
    });
  });

  it.each([
    [128, 512, 512],
    [4, 512, 784],
    [512, 512, 512],
    [1, 512, 512],
    [128, 10, 512],
  ])('matMul of %i×%i with a transposed factor of %i rows equals that without', (rows, inner, columns) => {
    tf.tidy(() => {
      const left = tf.randomNormal([rows, inner], 0, 1, 'float32', 1);
      const right = tf.randomNormal([columns, inner], 0, 1, 'float32', 2);
      const product = nativeOps().matMul(left, right, { transposeB: true });
      expect(product.shape).toEqual([rows, columns]);
      // Sums of up to 512 products of about 1, added in another order.
      expectAllClose(product, nativeOps().matMul(left, tf.transpose(right)), { atol: 1e-4, rtol: 1e-5 });
    });
  });

  it('matMul conjugates the transposed factor of complex numbers, large ones too', () => {
    tf.tidy(() => {
      const left = tf.complex(tf.ones([4, 512]), tf.fill([4, 512], 2));
      const right = tf.complex(tf.fill([512, 512], 3), tf.ones([512, 512]));
      const product = nativeOps().matMul(left, right, { transposeB: true });
      // (1 + 2i)(3 − i) = 5 + 5i, and 512 of them.
      expectAllClose(tf.real(product), tf.fill([4, 512], 2560));
      expectAllClose(tf.imag(product), tf.fill([4, 512], 2560));
    });
  });

  it('matMul leaves no tensor but the product', () => {
    tf.tidy(() => {
      const left = tf.ones([4, 512]);
      const right = tf.ones([512, 512]);
      const before = tf.memory().numTensors;
      nativeOps().matMul(left, right, { transposeB: true }).dispose();
      expect(tf.memory().numTensors).toBe(before);
    });
  });

  it('the others equal their stock counterparts', () => {
    tf.tidy(() => {
      const ops = nativeOps();
      const [x, dy] = [a(), tf.cos(a())];
      const bias = tf.tensor1d([1, 2, 3]);
      expectAllClose(ops.add(x, bias), tf.add(x, bias));
      expectAllClose(ops.sub(x, bias), tf.sub(x, bias));
      expectAllClose(ops.mul(x, bias), tf.mul(x, bias));
      expectAllClose(ops.square(x), tf.square(x));
      expectAllClose(ops.rsqrt(bias), tf.rsqrt(bias));
      expectAllClose(ops.meanOfRows(x), tf.mean(x, 1));
      expect(ops.meanOfRows(x).shape).toEqual([2, 1]);
      expectAllClose(ops.biasAdd(x, bias), tf.add(x, bias));
      expectAllClose(ops.columnSums(dy), tf.sum(dy, 0));
      const many = ops.columnSums(tf.fill([100, 100, 2], 0.1));
      expect(many.shape).toEqual([2]);
      // 0.1 in float32, and the sum rounded once or twice.
      expectAllClose(many, [1000, 1000], { atol: 0, rtol: 2e-7 });
      expectAllClose(ops.tanhGrad(tf.tanh(x), dy), tf.grad((at) => tf.tanh(at))(x, dy));
      expectAllClose(ops.sigmoidGrad(tf.sigmoid(x), dy), tf.grad((at) => tf.sigmoid(at))(x, dy));
      expectAllClose(ops.reluGrad(dy, x), tf.grad((at) => tf.relu(at))(x, dy));
      expectAllClose(ops.logSoftmax(x), tf.logSoftmax(x));
      const [rows, gradient] = ops.sparseSoftmaxCrossEntropyWithLogits(x, tf.tensor1d([2, 0], 'int32'));
      const hot = tf.oneHot(tf.tensor1d([2, 0], 'int32'), 3);
      expectAllClose(rows, tf.neg(tf.sum(tf.mul(tf.logSoftmax(x), hot), 1)));
      expectAllClose(gradient, tf.sub(tf.softmax(x), hot));
    });
  });
});

describe('nativeOps in a browser', () => {
  it('refuses, and says why', () => {
    expect(() => browserOps()).toThrow("this is the browser's version");
  });
});
