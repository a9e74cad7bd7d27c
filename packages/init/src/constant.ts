import * as tf from '@tensorflow/tfjs-core';
import { checkShape, expected } from '@trainkit/checks';
import type { Shape } from './layout.js';
import { sizeOf } from './layout.js';

/**
 * A float32 tensor filled with `value`, as `torch.nn.init.constant_`. NaN and infinities are
 * allowed.
 *
 * @throws RangeError for a wrong shape; TypeError if `value` is not a number
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
  checkShape('constant', 'shape', shape);
  if (typeof value !== 'number') {
    throw new TypeError(
      expected('constant', 'value', value, 'a number', 'Write for example constant(shape, 0.5).'),
    );
  }
  return filled(shape, value);
}

/**
 * A float32 tensor of zeros, as `torch.nn.init.zeros_`.
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
  checkShape('zeros', 'shape', shape);
  return filled(shape, 0);
}

/**
 * A float32 tensor of ones, as `torch.nn.init.ones_`.
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
  checkShape('ones', 'shape', shape);
  return filled(shape, 1);
}

function filled(shape: Shape, value: number): tf.Tensor {
  return tf.tensor(new Float32Array(sizeOf(shape)).fill(value), [...shape], 'float32');
}
