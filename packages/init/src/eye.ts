import * as tf from '@tensorflow/tfjs-core';
import { checkShape, expected } from '@trainkit/checks';
import type { Shape } from './layout.js';

/**
 * The identity matrix, as `torch.nn.init.eye_`: 1 on the diagonal of a matrix `[in, out]` and 0
 * elsewhere.
 *
 * A linear layer with this weight passes its first inputs on to its outputs.
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
  checkShape('eye', 'shape', shape);
  const [rows, columns] = shape;
  if (shape.length !== 2 || rows === undefined || columns === undefined) {
    throw new RangeError(
      expected('eye', 'shape', shape, '2 dimensions, [in, out]', 'For a convolution kernel write dirac.'),
    );
  }
  const values = new Float32Array(rows * columns);
  for (let i = 0; i < Math.min(rows, columns); i++) values[i * columns + i] = 1;
  return tf.tensor(values, [rows, columns], 'float32');
}
