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
  native: ({ x, weight }) => nativePrelu('weightedReLU', x, weight),
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
  native: ({ x, dy, weight }) => nativePrelu('weightedReLUGradient', x, weight, dy),
});

/** Calls a kernel of the addon, with one weight for each column or one for all. */
function nativePrelu(kernel: string, x: tf.Tensor, weight: tf.Tensor, ...dy: tf.Tensor[]): [tf.Tensor] {
  const kernels = nativeKernels();
  const y = kernels.empty(x.shape);
  const columns = x.shape.at(-1) ?? 1;
  kernels.run(kernel, [x, weight, ...dy, y], [columns === 0 ? 0 : x.size / columns, columns]);
  return [y];
}

function isPositive(x: tf.Tensor): tf.Tensor {
  return constant(() => tf.greater(x, 0));
}
