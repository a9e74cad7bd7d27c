import type * as tf from '@tensorflow/tfjs-core';
import { checkNumber, checkOptions, type OptionNames } from '@trainkit/checks';
import { defaultGenerator, type Generator } from '@trainkit/random';
import { drawNormal, drawUniform } from './draw.js';
import { fansOf } from './fans.js';
import type { Shape } from './layout.js';

/** Options of {@link xavierUniform} and {@link xavierNormal}. */
export interface XavierOptions {
  /** Factor of the standard deviation, at least 0; see `calculateGain`. Default 1. */
  gain?: number | undefined;
  /** The source of the random numbers. Default: the default generator, which `manualSeed` seeds. */
  generator?: Generator | undefined;
}

export const XAVIER_OPTIONS: OptionNames<XavierOptions> = { gain: true, generator: true };

/**
 * Xavier (Glorot) weights from U(−a, a): `torch.nn.init.xavier_uniform_`, the same bits for the
 * same seed.
 *
 * a = gain · √3 · √(2 / (fanIn + fanOut)), so the variance is gain² · 2 / (fanIn + fanOut); the
 * fans are those of `fans(shape)`. The shape is `[in, out]` or a kernel's,
 * `[height, width, in, out]`; a kernel of one or three dimensions is also allowed.
 *
 * @throws RangeError for fewer than two dimensions, a negative size or gain, NaN
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { xavierUniform } from '@trainkit/init';
 * import { Generator } from '@trainkit/random';
 *
 * const weight = xavierUniform([2, 3], { generator: new Generator(0) });
 * console.log(weight.dataSync().slice(0, 2).join(' ')); // → -0.008201400749385357 -0.9016007781028748
 * ```
 *
 * Source: X. Glorot, Y. Bengio, "Understanding the difficulty of training deep feedforward neural
 * networks", AISTATS 2010.
 */
export function xavierUniform(shape: Shape, options: XavierOptions = {}): tf.Tensor {
  const { gain = 1, generator = defaultGenerator } = checkOptions('xavierUniform', options, XAVIER_OPTIONS);
  const bound = Math.sqrt(3) * xavierStd('xavierUniform', shape, gain);
  return drawUniform('xavierUniform', shape, -bound, bound, generator);
}

/**
 * Xavier (Glorot) weights from N(0, std²): `torch.nn.init.xavier_normal_`, bit for bit for the
 * same seed.
 *
 * std = gain · √(2 / (fanIn + fanOut)); shapes are those of {@link xavierUniform}.
 *
 * The trap: `tf.initializers.glorotNormal` truncates without a correction, so its variance is 0.77
 * of this.
 *
 * @throws RangeError for fewer than two dimensions, a negative size or gain, NaN
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { xavierNormal } from '@trainkit/init';
 * import { Generator } from '@trainkit/random';
 *
 * const kernel = xavierNormal([3, 3, 1, 8], { gain: 5 / 3, generator: new Generator(0) });
 * console.log(kernel.shape); // → [ 3, 3, 1, 8 ]
 * ```
 *
 * Source: X. Glorot, Y. Bengio, "Understanding the difficulty of training deep feedforward neural
 * networks", AISTATS 2010.
 */
export function xavierNormal(shape: Shape, options: XavierOptions = {}): tf.Tensor {
  const { gain = 1, generator = defaultGenerator } = checkOptions('xavierNormal', options, XAVIER_OPTIONS);
  return drawNormal('xavierNormal', shape, 0, xavierStd('xavierNormal', shape, gain), generator);
}

function xavierStd(method: string, shape: Shape, gain: number): number {
  const { fanIn, fanOut } = fansOf(method, shape);
  checkNumber(method, 'gain', gain, { min: 0 });
  return gain * Math.sqrt(2 / (fanIn + fanOut));
}
