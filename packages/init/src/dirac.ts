import * as tf from '@tensorflow/tfjs-core';
import { checkOptions, checkShape, expected, type OptionNames } from '@trainkit/checks';
import type { Shape } from './layout.js';
import { sizeOf, weightSizes } from './layout.js';

/** Options of {@link dirac}. */
export interface DiracOptions {
  /**
   * The number of groups of output channels. Each group passes on the input channels, beginning
   * with the first. Default 1.
   */
  groups?: number | undefined;
}

export const DIRAC_OPTIONS: OptionNames<DiracOptions> = { groups: true };

/**
 * A convolution kernel that passes on its input, as `torch.nn.init.dirac_`: 1 at the middle tap of
 * matching channels, 0 elsewhere. It is for kernels `[width, in, out]`,
 * `[height, width, in, out]` and `[depth, height, width, in, out]`.
 *
 * Output channel g · (out / groups) + d passes input channel d on, for d below min(out / groups,
 * in). The middle of an axis of size k is floor(k / 2).
 *
 * The trap: with an even kernel, TensorFlow.js's padding `same` has another middle, so the picture
 * shifts by one; use odd sizes.
 *
 * @throws RangeError for another number of dimensions, or if groups does not divide the outputs
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { dirac } from '@trainkit/init';
 *
 * const image = tf.range(0, 9).reshape([1, 3, 3, 1]);
 * const same = tf.conv2d(image.as4D(1, 3, 3, 1), dirac([3, 3, 1, 1]).as4D(3, 3, 1, 1), 1, 'same');
 * console.log(same.dataSync().join(' ')); // → 0 1 2 3 4 5 6 7 8
 * ```
 */
export function dirac(shape: Shape, options: DiracOptions = {}): tf.Tensor {
  const { groups = 1 } = checkOptions('dirac', options, DIRAC_OPTIONS);
  checkShape('dirac', 'shape', shape);
  if (shape.length < 3 || shape.length > 5) {
    throw new RangeError(
      expected(
        'dirac',
        'shape',
        shape,
        '3 to 5 dimensions, such as [height, width, in, out]',
        'For a matrix write eye.',
      ),
    );
  }
  const { inputs, outputs } = weightSizes(shape);
  if (!(Number.isSafeInteger(groups) && groups >= 1 && outputs % groups === 0)) {
    throw new RangeError(
      expected('dirac', 'groups', groups, `a positive whole number that divides the ${outputs} outputs`),
    );
  }
  const values = new Float32Array(sizeOf(shape));
  if (values.length > 0) {
    const middle = shape.slice(0, -2).reduce((index, size) => index * size + Math.floor(size / 2), 0);
    const perGroup = outputs / groups;
    for (let group = 0; group < groups; group++) {
      for (let d = 0; d < Math.min(perGroup, inputs); d++) {
        values[(middle * inputs + d) * outputs + group * perGroup + d] = 1;
      }
    }
  }
  return tf.tensor(values, [...shape], 'float32');
}
