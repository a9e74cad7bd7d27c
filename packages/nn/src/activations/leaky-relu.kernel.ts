import * as tf from '@tensorflow/tfjs-core';
import { defineKernel } from '@trainkit/kernels';
import { nativeKernels } from '@trainkit/kernels/native';
import { simdOnHeap } from '@trainkit/kernels/wasm';
import { columnSums } from '../column-sums.kernel.js';
import { constant } from '../constant.js';
import { defineActivation } from './define-activation.js';
import { leakyReluCode } from './leaky-relu.code.js';

/** x where x > 0, else a · x. */
export const leakyRelu = defineActivation<{ a: number }>('TrainkitLeakyReLU', {
  value: {
    composite: (x, { a }) => tf.where(isPositive(x), x, tf.mul(x, a)),
    tensorflow: (x, { a }) => tf.leakyRelu(x, a),
    plain:
      ({ a }) =>
      (x) =>
        x > 0 ? x : a * x,
  },
  gradient: {
    composite: (x, dy, { a }) => tf.where(tf.greater(x, 0), dy, tf.mul(dy, a)),
    slope:
      ({ a }) =>
      (x) =>
        x > 0 ? 1 : a,
  },
  wasm: { code: leakyReluCode, parameters: ({ a }) => [a] },
  native: 'leakyReLU',
});

/** x where x > 0, else weight · x, for a matrix; there is one weight for each column. */
export const prelu = defineKernel({
  name: 'TrainkitPReLU',
  composite: ({ x, weight }: { x: tf.Tensor; weight: tf.Tensor }) => [
    tf.where(isPositive(x), x, tf.mul(x, weight)),
  ],
  gradient: ([dy], { inputs: { x, weight } }) => ({
    x: () => preluGradient({ x, dy, weight })[0],
    weight: () => columnSums({ x: tf.mul(tf.minimum(x, 0), dy) })[0],
  }),
  wasm: ({ x, weight }) => [tf.prelu(x, weight)],
  native: ({ x, weight }) => {
    const kernels = nativeKernels();
    const y = kernels.empty(x.shape);
    const [rows, columns] = matrixOf(x);
    // For each dimension its size, and the steps of x and the weight along it.
    const numbers = weight.size === 1 ? [1, x.size, 1, 0] : [2, rows, columns, 0, columns, 1, 1];
    kernels.run('parametricReLU', [x, weight, y], numbers);
    return [y];
  },
});

/** The gradient of {@link prelu}'s input: dy where x > 0, else weight · dy. */
const preluGradient = defineKernel({
  name: 'TrainkitPReLUGradient',
  composite: ({ x, dy, weight }: { x: tf.Tensor; dy: tf.Tensor; weight: tf.Tensor }) => [
    tf.where(tf.greater(x, 0), dy, tf.mul(dy, weight)),
  ],
  wasm: ({ x, dy, weight }) => {
    const heap = weight.size === 1 ? simdOnHeap(leakyReluCode, x, dy) : null;
    if (heap === null) return null;
    const dx = heap.make(x.shape);
    heap.code.gradient(
      heap.address(dx),
      heap.address(x),
      heap.address(dy),
      x.size,
      weight.dataSync()[0] ?? 0,
      0,
    );
    return [dx];
  },
  native: ({ x, dy, weight }) => {
    const kernels = nativeKernels();
    const dx = kernels.empty(x.shape);
    kernels.run('parametricReLUGradient', [x, weight, dy, dx], matrixOf(x));
    return [dx];
  },
});

/** The rows and columns of a tensor as a matrix whose columns are its last dimension. */
function matrixOf(x: tf.Tensor): [rows: number, columns: number] {
  const columns = x.shape.at(-1) ?? 1;
  return [columns === 0 ? 0 : x.size / columns, columns];
}

function isPositive(x: tf.Tensor): tf.Tensor {
  return constant(() => tf.greater(x, 0));
}
