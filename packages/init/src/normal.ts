import type * as tf from '@tensorflow/tfjs-core';
import { checkNumber, checkOptions, type OptionNames } from '@trainkit/checks';
import { defaultGenerator, type Generator } from '@trainkit/random';
import { drawNormal } from './draw.js';
import type { Shape } from './layout.js';

/** Options of {@link normal}. */
export interface NormalOptions {
  /** Mean. Default 0. */
  mean?: number | undefined;
  /** Standard deviation, at least 0. Default 1. */
  std?: number | undefined;
  /** The source of the random numbers. Default: the default generator, which `manualSeed` seeds. */
  generator?: Generator | undefined;
}

export const NORMAL_OPTIONS: OptionNames<NormalOptions> = { mean: true, std: true, generator: true };

/**
 * Values from N(mean, std²), not truncated: `torch.nn.init.normal_`, bit for bit for the same
 * seed.
 *
 * Any shape is allowed. With two or more dimensions it is treated as a weight,
 * `[…kernel, in, out]`, and drawn in PyTorch's order, `[out, in, …kernel]`.
 *
 * The trap: `tf.initializers.randomNormal` has std 0.05 by default, and treats seed 0 as no seed.
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
export function normal(shape: Shape, options: NormalOptions = {}): tf.Tensor {
  const { mean = 0, std = 1, generator = defaultGenerator } = checkOptions('normal', options, NORMAL_OPTIONS);
  checkNumber('normal', 'mean', mean);
  checkNumber('normal', 'std', std, { min: 0 });
  return drawNormal('normal', shape, mean, std, generator);
}
