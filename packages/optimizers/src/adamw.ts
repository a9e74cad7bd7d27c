import { checkOptions } from '@trainkit/checks';
import { ADAM_OPTIONS, AdamFamily, type AdamOptions } from './adam-family.js';
import { ON_DEMAND } from './members.js';
import type { Parameters } from './parameter-groups.js';
import { register } from './register.js';

/**
 * Adam with decoupled weight decay: `torch.optim.AdamW`.
 *
 * The arithmetic is {@link adamwUpdate}'s: each step first takes learningRate · weightDecay of every parameter off it,
 * and the running means know nothing of the decay. Biases and norms are often spared: `decayGroups` makes the groups.
 *
 * The traps: TensorFlow.js has no AdamW; optax decays by 1e-4 by default, keras by 4e-3, PyTorch and this by 0.01.
 *
 * @throws RangeError for a negative rate, eps or decay, and for a beta outside [0, 1)
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { AdamW } from '@trainkit/optimizers';
 *
 * const x = tf.variable(tf.scalar(3));
 * const optimizer = new AdamW([x], { learningRate: 0.5 });
 * for (let step = 0; step < 4; step++) optimizer.minimize(() => tf.square<tf.Scalar>(x));
 * console.log(x.dataSync()[0]?.toFixed(4)); // → 1.0034
 * ```
 *
 * Source: I. Loshchilov, F. Hutter, "Decoupled Weight Decay Regularization", ICLR 2019.
 */
export class AdamW extends AdamFamily {
  /** With our prefix: the name is one for all libraries. */
  static readonly className: string = 'TrainkitAdamW';
  protected override readonly decoupled = true;

  /**
   * @param params variables, `[path, variable]` pairs, or groups `{ params, …options }`
   * @param options the defaults of the groups
   */
  constructor(params: Parameters<AdamOptions> | typeof ON_DEMAND, options: AdamOptions = {}) {
    const {
      learningRate = 1e-3,
      betas = [0.9, 0.999],
      eps = 1e-8,
      weightDecay = 0.01,
      amsgrad = false,
      maximize = false,
    } = checkOptions('AdamW', options, ADAM_OPTIONS);
    super('AdamW', params, { learningRate, betas, eps, weightDecay, amsgrad, maximize }, ADAM_OPTIONS);
  }
}

register(AdamW);

/**
 * AdamW over every trainable variable of the program, each from its first gradient on, as `tf.train.adam`; for
 * `model.compile`, where the model hands its variables over later.
 */
export function adamw(options: AdamOptions = {}): AdamW {
  return new AdamW(ON_DEMAND, options);
}
