import * as tf from '@tensorflow/tfjs-core';
import { describeBackends, describeKernel, expectAllClose } from '@trainkit/testing';
import { expect, it } from 'vitest';
import { relu, sigmoid, tanh } from './activations/basic.kernel.js';
import { logSoftmax } from './activations/log-softmax.kernel.js';
import { columnSums } from './column-sums.kernel.js';
import { linearWithBias } from './linear.kernel.js';
import { softmaxCrossEntropy } from './losses/softmax-cross-entropy.kernel.js';
import { matMul, product } from './mat-mul.kernel.js';
import { rowSums } from './row-sums.kernel.js';
import { total } from './total.kernel.js';

/** A matrix of numbers that no two rows or columns share. */
function matrix(rows: number, columns: number, seed = 0): tf.Tensor {
  return tf.tensor(
    Array.from({ length: rows * columns }, (_, i) => Math.cos(seed + i * 1.3)),
    [rows, columns],
  );
}

const flags = [false, true];
const sizes: [rows: number, inner: number, columns: number][] = [
  [2, 3, 4],
  [1, 7, 1],
  [5, 1, 2],
  [3, 2, 60],
  // Beyond the vectors and tiles of every backend, and no multiple of them.
  [9, 35, 19],
];

describeKernel(
  matMul,
  sizes.flatMap(([rows, inner, columns]) =>
    flags.flatMap((transposeA) =>
      flags.map((transposeB) => ({
        title: `[${rows}, ${inner}] · [${inner}, ${columns}], transposed ${transposeA} and ${transposeB}`,
        inputs: () => ({
          a: transposeA ? matrix(inner, rows) : matrix(rows, inner),
          b: transposeB ? matrix(columns, inner, 5) : matrix(inner, columns, 5),
        }),
        attrs: { transposeA, transposeB },
      })),
    ),
  ),
);

describeKernel(
  linearWithBias,
  sizes.map(([rows, inner, columns]) => ({
    title: `[${rows}, ${inner}] · [${inner}, ${columns}]`,
    inputs: () => ({
      x: matrix(rows, inner),
      weight: matrix(inner, columns, 1),
      bias: tf.reshape(matrix(1, columns, 2), [columns]),
    }),
  })),
);

const rows = [
  { title: 'a matrix', inputs: () => ({ x: tf.mul(matrix(3, 4), 2) }) },
  { title: 'a scalar', inputs: () => ({ x: tf.scalar(0.4) }) },
  { title: 'an odd number', inputs: () => ({ x: matrix(7, 19) }) },
  { title: 'images', inputs: () => ({ x: tf.reshape(matrix(2, 12, 3), [2, 3, 2, 2]) }) },
];
describeKernel(
  total,
  flags.flatMap((averaged) =>
    rows.map((row) => ({ ...row, title: `${row.title}, averaged ${averaged}`, attrs: { averaged } })),
  ),
);
const matrices = [
  { title: 'a matrix', inputs: () => ({ x: matrix(3, 4) }) },
  { title: 'one row', inputs: () => ({ x: matrix(1, 9) }) },
  { title: 'one column', inputs: () => ({ x: matrix(9, 1) }) },
  { title: 'odd numbers', inputs: () => ({ x: matrix(7, 19) }) },
];
describeKernel(columnSums, matrices);
describeKernel(rowSums, matrices);
describeKernel(tanh, rows);
describeKernel(sigmoid, rows);
describeKernel(relu, rows);

describeKernel(logSoftmax, [
  { title: 'a matrix', inputs: () => ({ x: tf.mul(matrix(3, 4), 3) }) },
  { title: 'one class', inputs: () => ({ x: matrix(3, 1) }) },
  { title: 'far from zero', inputs: () => ({ x: tf.add(matrix(2, 3), 100) }) },
]);

describeKernel(softmaxCrossEntropy, [
  {
    title: 'a matrix',
    inputs: () => ({ logits: tf.mul(matrix(3, 4), 3), labels: tf.tensor1d([3, 0, 2], 'int32') }),
  },
  {
    title: 'one class',
    inputs: () => ({ logits: matrix(2, 1), labels: tf.tensor1d([0, 0], 'int32') }),
  },
]);

describeBackends('product', () => {
  it('needs no attributes, and gives the gradients of large matrices too', () => {
    tf.tidy(() => {
      const [x, weight] = [matrix(16, 200), matrix(200, 100)];
      expectAllClose(product(x, weight), tf.matMul(x, weight), { atol: 1e-5 });
      const dy = matrix(16, 100, 3);
      const [dx, dWeight] = tf.grads((a: tf.Tensor, b: tf.Tensor) => product(a, b))([x, weight], dy);
      expect([dx!.shape, dWeight!.shape]).toEqual([x.shape, weight.shape]);
      expectAllClose(dx!, tf.matMul(dy, weight, false, true), { atol: 2e-5 });
      expectAllClose(dWeight!, tf.matMul(x, dy, true, false), { atol: 2e-5 });
    });
  });

  it('gives zeros for the gradient of an empty batch', () => {
    tf.tidy(() => {
      for (let i = 0; i < 20; i++) {
        // Memory that was in use: what is returned must not be what is found there.
        tf.dispose(tf.fill([30, 20], Number.NaN));
        const gradients = tf.grads((x: tf.Tensor, weight: tf.Tensor) => product(x, weight));
        const [dx, dWeight] = gradients([tf.zeros([0, 30]), tf.ones([30, 20])], tf.zeros([0, 20]));
        expect(dx!.shape).toEqual([0, 30]);
        expectAllClose(dWeight!, new Float32Array(600));
      }
    });
  });
});

describeBackends('total', () => {
  it.each([128, 1000])('adds %i equal numbers to the last bits', (n) => {
    tf.tidy(() => {
      const x = tf.fill([n], Math.LN10);
      expectAllClose(total({ x }, { averaged: true })[0], Math.LN10, { atol: 0, rtol: 3e-7 });
      expectAllClose(total({ x }, { averaged: false })[0], n * Math.LN10, { atol: 0, rtol: 3e-7 });
    });
  });
});
