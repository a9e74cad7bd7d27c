import * as tf from '@tensorflow/tfjs-core';
import { show } from '@trainkit/random';
import { checkShape, type Shape } from './checks.js';

/**
 * The identity, 1 on the diagonal of a matrix `[in, out]` and 0 elsewhere: `torch.nn.init.eye_`.
 *
 * A linear layer with it passes on as many inputs as it has outputs.
 *
 * @throws RangeError unless the shape has two dimensions
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { eye } from '@trainkit/init';
 *
 * console.log(Array.from(eye([2, 3]).dataSync())); // → [ 1, 0, 0, 0, 1, 0 ]
 * ```
 */
export function eye(shape: Shape): tf.Tensor {
  checkShape('eye', shape);
  const [rows, columns] = shape;
  if (shape.length !== 2 || rows === undefined || columns === undefined) {
    throw new RangeError(
      `eye: a matrix has 2 dimensions, [in, out]; received ${show(shape)}. For a convolution kernel use dirac.`,
    );
  }
  const values = new Float32Array(rows * columns);
  for (let i = 0; i < Math.min(rows, columns); i++) values[i * columns + i] = 1;
  return tf.tensor(values, [rows, columns], 'float32');
}
