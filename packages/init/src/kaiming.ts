import type * as tf from '@tensorflow/tfjs-core';
import { checkOneOf, checkOptions, type OptionNames } from '@trainkit/checks';
import { defaultGenerator, type Generator } from '@trainkit/random';
import { drawNormal, drawUniform } from './draw.js';
import { fansOf } from './fans.js';
import { gainOf, type Nonlinearity } from './gain.js';
import type { Shape } from './layout.js';

/** Options of {@link kaimingUniform} and {@link kaimingNormal}. */
export interface KaimingOptions {
  /**
   * The negative slope of the rectifier after the layer; used only with `leaky_relu`. Default 0, a
   * plain ReLU.
   */
  a?: number | undefined;
  /**
   * `fanIn` preserves the variance in the forward pass, `fanOut` in the backward pass. Default
   * `fanIn`.
   */
  mode?: 'fanIn' | 'fanOut' | undefined;
  /** The nonlinearity after the layer. Default `leaky_relu`. */
  nonlinearity?: Nonlinearity | undefined;
  /** The source of the random numbers. Default: the default generator, which `manualSeed` seeds. */
  generator?: Generator | undefined;
}

export const KAIMING_OPTIONS: OptionNames<KaimingOptions> = {
  a: true,
  mode: true,
  nonlinearity: true,
  generator: true,
};

/**
 * Kaiming (He) weights from U(−b, b): `torch.nn.init.kaiming_uniform_`, the same bits for the same
 * seed.
 *
 * b = √3 · gain / √fan, so the variance is gain² / fan; gain is `calculateGain(nonlinearity, a)`,
 * by default √2, and fan is the one that `mode` names. Shapes are `[in, out]` or a kernel's,
 * `[height, width, in, out]`.
 *
 * The trap: with a = √5, as `torch.nn.Linear` calls it, it is U(±1/√fanIn), a sixth of the variance
 * of the default.
 *
 * @throws RangeError for fewer than two dimensions, a negative size, an unknown mode or
 *   nonlinearity
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { kaimingUniform } from '@trainkit/init';
 * import { Generator } from '@trainkit/random';
 *
 * const weight = kaimingUniform([3, 2], { nonlinearity: 'relu', generator: new Generator(0) });
 * console.log(weight.dataSync().slice(0, 2).join(' ')); // → -0.010587962344288826 -1.040774941444397
 * ```
 *
 * Source: K. He et al., "Delving deep into rectifiers", ICCV 2015,
 * https://arxiv.org/abs/1502.01852.
 */
export function kaimingUniform(shape: Shape, options: KaimingOptions = {}): tf.Tensor {
  const {
    a = 0,
    mode = 'fanIn',
    nonlinearity = 'leaky_relu',
    generator = defaultGenerator,
  } = checkOptions('kaimingUniform', options, KAIMING_OPTIONS);
  const bound = Math.sqrt(3) * kaimingStd('kaimingUniform', shape, a, mode, nonlinearity);
  return drawUniform('kaimingUniform', shape, -bound, bound, generator);
}

/**
 * Kaiming (He) weights from N(0, std²): `torch.nn.init.kaiming_normal_`, bit for bit for the
 * same seed.
 *
 * std = gain / √fan; options and shapes are those of {@link kaimingUniform}.
 *
 * The trap: `tf.initializers.heNormal` truncates without a correction, so its variance is 0.77 of
 * this.
 *
 * @throws RangeError for fewer than two dimensions, a negative size, an unknown mode or
 *   nonlinearity
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { kaimingNormal } from '@trainkit/init';
 * import { Generator } from '@trainkit/random';
 *
 * const weight = kaimingNormal([3, 2], { mode: 'fanOut', generator: new Generator(0) });
 * console.log(weight.dataSync().slice(0, 2).join(' ')); // → 1.5409960746765137 0.5684312582015991
 * ```
 *
 * Source: K. He et al., "Delving deep into rectifiers", ICCV 2015,
 * https://arxiv.org/abs/1502.01852.
 */
export function kaimingNormal(shape: Shape, options: KaimingOptions = {}): tf.Tensor {
  const {
    a = 0,
    mode = 'fanIn',
    nonlinearity = 'leaky_relu',
    generator = defaultGenerator,
  } = checkOptions('kaimingNormal', options, KAIMING_OPTIONS);
  const std = kaimingStd('kaimingNormal', shape, a, mode, nonlinearity);
  return drawNormal('kaimingNormal', shape, 0, std, generator);
}

function kaimingStd(
  method: string,
  shape: Shape,
  a: number,
  mode: 'fanIn' | 'fanOut',
  nonlinearity: Nonlinearity,
): number {
  checkOneOf(method, 'mode', mode, ['fanIn', 'fanOut']);
  const fan = fansOf(method, shape)[mode];
  return gainOf(method, nonlinearity, a) / Math.sqrt(fan);
}
