import type * as tf from '@tensorflow/tfjs-core';
import { defaultGenerator, type Generator } from '@trainkit/random';
import { checkNumber, type Shape } from './checks.js';
import { drawNormal } from './draw.js';

/** Options of {@link normal}. */
export interface NormalOptions {
  /** Mean. Default 0. */
  mean?: number;
  /** Standard deviation, at least 0. Default 1. */
  std?: number;
  /** Where the numbers come from. Default: the default generator, which `manualSeed` seeds. */
  generator?: Generator;
}

/**
 * Values from N(mean, std²), not truncated: `torch.nn.init.normal_`, equal to 5e-7 · std for the same seed (bit
 * for bit below 16 elements).
 *
 * Any shape; from two dimensions on it is taken for a weight, `[…kernel, in, out]`, and drawn in PyTorch's order,
 * `[out, in, …kernel]`.
 *
 * The trap: `tf.initializers.randomNormal` has std 0.05 by default and takes seed 0 for no seed.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { normal } from '@trainkit/init';
 * import { Generator } from '@trainkit/random';
 *
 * const weight = normal([2, 2], { std: 0.02, generator: new Generator(0) });
 * console.log(weight.dataSync().join(' ')); // → 0.03081992268562317 -0.04357578605413437 -0.00586857832968235 0.011368625797331333
 * ```
 */
export function normal(
  shape: Shape,
  { mean = 0, std = 1, generator = defaultGenerator }: NormalOptions = {},
): tf.Tensor {
  checkNumber('normal', 'mean', mean);
  checkNumber('normal', 'std', std, 0);
  return drawNormal('normal', shape, mean, std, generator);
}
