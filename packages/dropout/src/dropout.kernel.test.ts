import * as tf from '@tensorflow/tfjs-core';
import { Generator } from '@trainkit/random';
import { describeKernel } from '@trainkit/testing';
import { applyMask } from './dropout.kernel.js';
import { dropoutMask } from './index.js';

describeKernel(
  applyMask,
  [[], [1], [5], [3, 4], [2, 3, 2], [2, 1, 3, 2], [1, 2, 1, 3, 2], [1, 2, 1, 3, 2, 2]].map((shape) => ({
    title: `shape [${shape}]`,
    inputs: () => ({
      x: tf.cos(tf.add(tf.range(0, tf.util.sizeFromShape(shape)), 0.4)).reshape(shape),
      mask: dropoutMask(shape, 0.3, { generator: new Generator(1) }),
    }),
  })),
  // One product in each direction, so there is no rounding.
  { closeness: { atol: 0, rtol: 0 } },
);
