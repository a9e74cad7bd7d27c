import * as tf from '@tensorflow/tfjs-core';
import { describeBackends, describeKernel, expectAllClose } from '@trainkit/testing';
import { expect, it } from 'vitest';
import { relu, sigmoid, tanh } from './activations/basic.kernel.js';
import { elu } from './activations/elu.kernel.js';
import { gelu, geluTanh } from './activations/gelu.kernel.js';
import { hardswish } from './activations/hardswish.kernel.js';
import { leakyRelu, prelu } from './activations/leaky-relu.kernel.js';
import { logSoftmax } from './activations/log-softmax.kernel.js';
import { softmax } from './activations/softmax.kernel.js';
import { softplus } from './activations/softplus.kernel.js';
import { mish, silu } from './activations/swish.kernel.js';
import { columnSums } from './column-sums.kernel.js';
import { linearWithBias } from './linear.kernel.js';
import {
  binaryCrossEntropyOfLogits,
  binaryCrossEntropyOfProbabilities,
  weightedBinaryCrossEntropyOfLogits,
} from './losses/binary-cross-entropy.kernel.js';
import { countedRows } from './losses/counted-rows.kernel.js';
import { absoluteError, huberError } from './losses/huber-loss.kernel.js';
import { pickLabels } from './losses/pick-labels.kernel.js';
import { softmaxCrossEntropy } from './losses/softmax-cross-entropy.kernel.js';
import { matMul, product } from './mat-mul.kernel.js';
import { rowSums } from './row-sums.kernel.js';
import { total } from './total.kernel.js';

/** A matrix of numbers in which no two rows or columns are equal. */
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
  // Larger than the vectors and tiles of every backend, and no multiple of them.
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

describeKernel(gelu, rows);
describeKernel(geluTanh, rows);
describeKernel(silu, rows);
describeKernel(mish, rows);
describeKernel(hardswish, [
  ...rows,
  { title: 'all three pieces', inputs: () => ({ x: tf.mul(matrix(3, 7), 5) }) },
]);
describeKernel(
  leakyRelu,
  [0.01, -0.5, 2].flatMap((a) => rows.map((row) => ({ ...row, title: `${row.title}, ${a}`, attrs: { a } }))),
);
describeKernel(
  elu,
  [1, 0.5].flatMap((alpha) =>
    [1, 1.05].flatMap((scale) =>
      rows.map((row) => ({ ...row, title: `${row.title}, ${alpha} and ${scale}`, attrs: { alpha, scale } })),
    ),
  ),
);
describeKernel(
  softplus,
  [1, 2].flatMap((beta) =>
    [20, 1.1].flatMap((threshold) =>
      rows.map((row) => ({
        ...row,
        title: `${row.title}, ${beta} and ${threshold}`,
        attrs: { beta, threshold },
      })),
    ),
  ),
);
describeKernel(prelu, [
  {
    title: 'a slope for each column',
    inputs: () => ({ x: matrix(5, 4), weight: tf.tensor1d([0.25, -0.5, 1, 2]) }),
  },
  { title: 'one slope', inputs: () => ({ x: matrix(9, 1), weight: tf.tensor1d([0.25]) }) },
]);

for (const kernel of [logSoftmax, softmax]) {
  describeKernel(kernel, [
    { title: 'a matrix', inputs: () => ({ x: tf.mul(matrix(3, 4), 3) }) },
    { title: 'one class', inputs: () => ({ x: matrix(3, 1) }) },
    { title: 'far from zero', inputs: () => ({ x: tf.add(matrix(2, 3), 100) }) },
  ]);
}

const errors = [
  { title: 'a matrix', inputs: () => ({ d: tf.mul(matrix(3, 4), 2) }) },
  { title: 'an odd number', inputs: () => ({ d: matrix(7, 19) }) },
];
describeKernel(absoluteError, errors);
describeKernel(
  huberError,
  errors.flatMap((row) =>
    // The errors avoid the bend of the loss, where the second derivative jumps.
    [
      { delta: 1.01, linear: 1 },
      { delta: 1.01, linear: 0.5 },
    ].map((attrs) => ({ ...row, title: `${row.title}, ${attrs.linear}`, attrs })),
  ),
);

const scores = () => ({ x: tf.mul(matrix(3, 4), 4), target: tf.sigmoid(matrix(3, 4, 5)) });
describeKernel(binaryCrossEntropyOfLogits, [{ title: 'a matrix', inputs: scores }]);
describeKernel(binaryCrossEntropyOfProbabilities, [
  {
    title: 'a matrix',
    inputs: () => ({ x: tf.sigmoid(matrix(3, 4)), target: tf.sigmoid(matrix(3, 4, 5)) }),
  },
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

describeKernel(countedRows, [
  {
    title: 'with an ignored row',
    inputs: () => ({ losses: tf.tensor1d([0.5, 2, 1]), counted: tf.tensor1d([1, 0, 1], 'bool') }),
  },
]);

describeKernel(pickLabels, [
  {
    title: 'a matrix',
    inputs: () => ({ x: matrix(3, 4), hot: tf.equal(tf.tensor2d([[3], [0], [2]]), tf.range(0, 4)) }),
  },
]);

describeBackends('the loss of logits with a weight for the positive', () => {
  it('is the unweighted loss if the weight is 1, and has second derivatives', () => {
    tf.tidy(() => {
      const { x, target } = scores();
      const plain = (at: tf.Tensor) => binaryCrossEntropyOfLogits({ x: at, target })[0];
      const weighted = (at: tf.Tensor) =>
        weightedBinaryCrossEntropyOfLogits({ x: at, target, posWeight: tf.tensor1d([1, 1, 1, 1]) })[0];
      const slope = (f: (at: tf.Tensor) => tf.Tensor) => (at: tf.Tensor) => tf.sum(tf.square(tf.grad(f)(at)));
      expectAllClose(weighted(x), plain(x));
      expectAllClose(tf.grad(weighted)(x), tf.grad(plain)(x));
      expectAllClose(tf.grad(slope(weighted))(x), tf.grad(slope(plain))(x));
    });
  });
});

describeBackends('product', () => {
  it('needs no attributes, and computes the gradients of large matrices too', () => {
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

  it('returns zeros for the gradient of an empty batch', () => {
    tf.tidy(() => {
      for (let i = 0; i < 20; i++) {
        // Memory that was in use, so that an uninitialized result shows.
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
