import * as tf from '@tensorflow/tfjs-core';
import { show } from '@trainkit/random';
import { checkShape, type Shape } from './checks.js';
import { sizeOf } from './layout.js';

/**
 * `value` everywhere, as float32: `torch.nn.init.constant_`. NaN and infinities are values like any other.
 *
 * @throws RangeError for a wrong shape; TypeError where `value` is not a number
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { constant } from '@trainkit/init';
 *
 * console.log(Array.from(constant([3], 0.5).dataSync())); // → [ 0.5, 0.5, 0.5 ]
 * ```
 */
export function constant(shape: Shape, value: number): tf.Tensor {
  checkShape('constant', shape);
  if (typeof value !== 'number') {
    throw new TypeError(
      `constant: value must be a number; received ${show(value)}. Write constant(shape, 0.5).`,
    );
  }
  return filled(shape, value);
}

/**
 * 0 everywhere, as float32: `torch.nn.init.zeros_`.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { zeros } from '@trainkit/init';
 *
 * console.log(Array.from(zeros([2]).dataSync())); // → [ 0, 0 ]
 * ```
 */
export function zeros(shape: Shape): tf.Tensor {
  checkShape('zeros', shape);
  return filled(shape, 0);
}

/**
 * 1 everywhere, as float32: `torch.nn.init.ones_`.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { ones } from '@trainkit/init';
 *
 * console.log(Array.from(ones([2]).dataSync())); // → [ 1, 1 ]
 * ```
 */
export function ones(shape: Shape): tf.Tensor {
  checkShape('ones', shape);
  return filled(shape, 1);
}

function filled(shape: Shape, value: number): tf.Tensor {
  return tf.tensor(new Float32Array(sizeOf(shape)).fill(value), [...shape], 'float32');
}
