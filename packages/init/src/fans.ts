import { checkShape, expected, show } from '@trainkit/checks';
import type { Shape } from './layout.js';
import { weightSizes } from './layout.js';

/** The number of inputs of each output of a layer, and the number of outputs of each input. */
export interface Fans {
  /** Inputs of one output: in × taps of the kernel. */
  fanIn: number;
  /** Outputs of one input: out × taps of the kernel. */
  fanOut: number;
}

/**
 * The fans of a weight `[in, out]` or of a convolution kernel `[…kernel, in, out]`.
 *
 * fanIn = in · taps, fanOut = out · taps, where taps is the product of the kernel's sizes.
 *
 * The trap: PyTorch's weights are `[out, in, …kernel]`, so the same call there reads the axes in
 * another order. A depthwise kernel `[height, width, in, multiplier]` is counted like any other,
 * as in TensorFlow.js. PyTorch stores it as `[in · multiplier, 1, height, width]`; for its
 * fans pass `[height, width, 1, in · multiplier]`.
 *
 * @throws RangeError for fewer than two dimensions: a bias has no fans
 *
 * @example
 * ```ts
 * import { fans } from '@trainkit/init';
 *
 * console.log(fans([784, 256])); // → { fanIn: 784, fanOut: 256 }
 * console.log(fans([3, 3, 16, 32])); // → { fanIn: 144, fanOut: 288 }
 * ```
 */
export function fans(shape: Shape): Fans {
  return fansOf('fans', shape);
}

/** The shapes that have fans, for errors. */
export const AT_LEAST_A_MATRIX = 'at least 2 dimensions, [in, out] or [height, width, in, out]';

/** The same as {@link fans}, with the name of the caller in the errors. */
export function fansOf(method: string, shape: Shape): Fans {
  checkShape(method, 'shape', shape);
  if (shape.length < 2) {
    const instead = `For a bias write zeros(${show(shape)}) or uniform(${show(shape)}, { low, high }).`;
    throw new RangeError(expected(method, 'shape', shape, AT_LEAST_A_MATRIX, instead));
  }
  const { inputs, outputs, taps } = weightSizes(shape);
  return { fanIn: inputs * taps, fanOut: outputs * taps };
}
