import { checkOptions } from '@trainkit/checks';
import { ADAM_OPTIONS, AdamFamily, type AdamOptions } from './adam-family.js';
import { ON_DEMAND } from './members.js';
import type { Parameters } from './parameter-groups.js';
import { register } from './register.js';

/**
 * Adam: `torch.optim.Adam`. Its weight decay is L2 (it passes through the running means); {@link AdamW}'s is not.
 *
 * The arithmetic is {@link adamUpdate}'s. The traps: `tf.train.adam` has eps 1e-7, no way to set its rate, and keeps
 * its running means by position in the list of gradients: leave a variable out once, and they land on the wrong one.
 *
 * @throws RangeError for a negative rate, eps or decay, and for a beta outside [0, 1)
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { Adam } from '@trainkit/optimizers';
 *
 * const x = tf.variable(tf.scalar(3));
 * const optimizer = new Adam([x], { learningRate: 0.5 });
 * for (let step = 0; step < 4; step++) optimizer.minimize(() => tf.square<tf.Scalar>(x));
 * console.log(x.dataSync()[0]?.toFixed(4)); // → 1.0459
 * ```
 *
 * Source: D. Kingma, J. Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015; S. Reddi et al., "On the
 * Convergence of Adam and Beyond", ICLR 2018 (amsgrad).
 */
export class Adam extends AdamFamily {
  /** With our prefix: an `Adam` would take the place of TensorFlow.js' own in other people's saved models. */
  static readonly className: string = 'TrainkitAdam';
  protected override readonly decoupled = false;

  /**
   * @param params variables, `[path, variable]` pairs, or groups `{ params, …options }`
   * @param options the defaults of the groups
   */
  constructor(params: Parameters<AdamOptions> | typeof ON_DEMAND, options: AdamOptions = {}) {
    const {
      learningRate = 1e-3,
      betas = [0.9, 0.999],
      eps = 1e-8,
      weightDecay = 0,
      amsgrad = false,
      maximize = false,
    } = checkOptions('Adam', options, ADAM_OPTIONS);
    super('Adam', params, { learningRate, betas, eps, weightDecay, amsgrad, maximize }, ADAM_OPTIONS);
  }
}

register(Adam);

/**
 * Adam over every trainable variable of the program, each from its first gradient on, as `tf.train.adam`; for
 * `model.compile`, where the model hands its variables over later.
 */
export function adam(options: AdamOptions = {}): Adam {
  return new Adam(ON_DEMAND, options);
}
