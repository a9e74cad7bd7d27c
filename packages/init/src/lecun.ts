import type * as tf from '@tensorflow/tfjs-core';
import { checkOptions, type OptionNames } from '@trainkit/checks';
import { defaultGenerator, type Generator } from '@trainkit/random';
import { drawNormal, drawUniform } from './draw.js';
import { fansOf } from './fans.js';
import type { Shape } from './layout.js';

/** Options of {@link lecunUniform} and {@link lecunNormal}. */
export interface LecunOptions {
  /** The source of the random numbers. Default: the default generator, which `manualSeed` seeds. */
  generator?: Generator | undefined;
}

export const LECUN_OPTIONS: OptionNames<LecunOptions> = { generator: true };

/**
 * LeCun weights from U(−b, b) with b = √(3 / fanIn), so that the variance is 1 / fanIn.
 *
 * PyTorch has no function of this name; `kaiming_uniform_(w, nonlinearity='linear')` gives the
 * same bits for the same seed. Shapes are `[in, out]` or a kernel's,
 * `[height, width, in, out]`.
 *
 * @throws RangeError for fewer than two dimensions or a negative size
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { lecunUniform } from '@trainkit/init';
 * import { Generator } from '@trainkit/random';
 *
 * const weight = lecunUniform([3, 2], { generator: new Generator(0) });
 * console.log(weight.dataSync().slice(0, 2).join(' ')); // → -0.007486820220947266 -0.7359390258789062
 * ```
 *
 * Source: Y. LeCun et al., "Efficient BackProp", 1998.
 */
export function lecunUniform(shape: Shape, options: LecunOptions = {}): tf.Tensor {
  const { generator = defaultGenerator } = checkOptions('lecunUniform', options, LECUN_OPTIONS);
  const bound = Math.sqrt(3) * lecunStd('lecunUniform', shape);
  return drawUniform('lecunUniform', shape, -bound, bound, generator);
}

/**
 * LeCun weights from N(0, 1 / fanIn), not truncated: the initial weights of self-normalizing
 * networks (SELU).
 *
 * PyTorch has no function of this name; `kaiming_normal_(w, nonlinearity='linear')` gives the same
 * numbers for the same seed, bit for bit. Shapes are `[in, out]` or a kernel's,
 * `[height, width, in, out]`.
 *
 * The trap: `tf.initializers.leCunNormal` truncates without a correction, so its variance is 0.77
 * of this; Keras and JAX truncate and correct.
 *
 * @throws RangeError for fewer than two dimensions or a negative size
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { lecunNormal } from '@trainkit/init';
 * import { Generator } from '@trainkit/random';
 *
 * const weight = lecunNormal([3, 2], { generator: new Generator(0) });
 * console.log(weight.dataSync().slice(0, 2).join(' ')); // → 0.8896945118904114 0.32818394899368286
 * ```
 *
 * Source: Y. LeCun et al., "Efficient BackProp", 1998; G. Klambauer et al., "Self-normalizing
 * neural networks", NeurIPS 2017.
 */
export function lecunNormal(shape: Shape, options: LecunOptions = {}): tf.Tensor {
  const { generator = defaultGenerator } = checkOptions('lecunNormal', options, LECUN_OPTIONS);
  return drawNormal('lecunNormal', shape, 0, lecunStd('lecunNormal', shape), generator);
}

function lecunStd(method: string, shape: Shape): number {
  return 1 / Math.sqrt(fansOf(method, shape).fanIn);
}
