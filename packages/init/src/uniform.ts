import type * as tf from '@tensorflow/tfjs-core';
import { checkNumber, checkOptions, expected, type OptionNames } from '@trainkit/checks';
import { defaultGenerator, type Generator } from '@trainkit/random';
import { drawUniform } from './draw.js';
import type { Shape } from './layout.js';

/** Options of {@link uniform}. */
export interface UniformOptions {
  /** Lower bound, included. Default 0. */
  low?: number | undefined;
  /** Upper bound, not included. Default 1. */
  high?: number | undefined;
  /** The source of the random numbers. Default: the default generator, which `manualSeed` seeds. */
  generator?: Generator | undefined;
}

export const UNIFORM_OPTIONS: OptionNames<UniformOptions> = { low: true, high: true, generator: true };

/**
 * Values from U(low, high): `torch.nn.init.uniform_`, the same bits for the same seed.
 *
 * The variance is (high − low)² / 12. Any shape is allowed. With two or more dimensions it is
 * treated as a weight, `[…kernel, in, out]`, and drawn in PyTorch's order,
 * `[out, in, …kernel]`.
 *
 * The trap: the default is [0, 1), as in PyTorch; `tf.initializers.randomUniform` has [−0.05,
 * 0.05).
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { uniform } from '@trainkit/init';
 * import { Generator } from '@trainkit/random';
 *
 * // The bias of torch.nn.Linear(784, 3).
 * const bias = uniform([3], { low: -1 / 28, high: 1 / 28, generator: new Generator(0) });
 * console.log(bias.dataSync().join(' ')); // → -0.00026738643646240234 0.019158700481057167 -0.029394470155239105
 * ```
 */
export function uniform(shape: Shape, options: UniformOptions = {}): tf.Tensor {
  const {
    low = 0,
    high = 1,
    generator = defaultGenerator,
  } = checkOptions('uniform', options, UNIFORM_OPTIONS);
  checkNumber('uniform', 'low', low);
  checkNumber('uniform', 'high', high);
  if (low > high) {
    throw new RangeError(expected('uniform', 'low', low, `a number of at most high, which is ${high}`));
  }
  return drawUniform('uniform', shape, low, high, generator);
}
