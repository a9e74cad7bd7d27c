import { serialization } from '@tensorflow/tfjs-core';
import { ON_DEMAND } from '../parameter-registry.js';
import { AdamFamily, type AdamOptions, adamOptions } from './adam.js';

/**
 * Adam with decoupled weight decay: `torch.optim.AdamW`.
 *
 * Each step first multiplies the parameter by 1 − learningRate · weightDecay; the rest is
 * {@link Adam}'s step without decay, so the running means know nothing of it. Biases and norms are
 * often spared: `decayGroups` makes the groups.
 *
 * The traps: TensorFlow.js has no AdamW; optax decays by 1e-4 by default, keras by 4e-3, PyTorch
 * and this by 0.01.
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
  static override readonly className: string = 'TrainkitAdamW';
  static override readonly options = adamOptions(0.01);
  protected override readonly decoupled = true;
}

serialization.registerClass(AdamW, 'Trainkit');

/**
 * AdamW over every trainable variable of the program, each from its first gradient on, as
 * `tf.train.adam`; for `model.compile`, where the model hands its variables over later.
 */
export function adamw(options: AdamOptions = {}): AdamW {
  return new AdamW(ON_DEMAND, options);
}
