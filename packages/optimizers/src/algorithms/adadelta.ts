import { add, div, mul, serialization, sqrt, sub } from '@tensorflow/tfjs-core';
import type { Complete, LearningRate } from '../hyperparameters.js';
import { ParameterOptimizer } from '../optimizer.js';
import { flag, number, optionTable, rate } from '../option-rules.js';
import { ON_DEMAND } from '../parameter-registry.js';
import type { Scalars, UpdateTensors } from '../update-rule.js';
import { runningMeanSquare, slope } from './formulas.js';

/** Options of {@link Adadelta}, for the optimizer and for each of its groups. */
export interface AdadeltaOptions {
  /**
   * The factor of a step, a number of at least 0 or a schedule `(step) => rate`, default 1: the
   * paper's step.
   */
  learningRate?: LearningRate | undefined;
  /** The share of the running averages that stays, in [0, 1], default 0.9. */
  rho?: number | undefined;
  /** The term inside both roots, which sets the length of the first steps too, default 1e-6. */
  eps?: number | undefined;
  /** L2 regularization: the share of its parameter that is added to a gradient, default 0. */
  weightDecay?: number | undefined;
  /** True to go up instead of down, default false. */
  maximize?: boolean | undefined;
}

/**
 * Adadelta: steps as long as the recent ones were, by gradients divided by their root mean square:
 * `torch.optim.Adadelta`.
 *
 * With g = gradient + weightDecay · parameter: v = ρ·v + (1 − ρ)·g², d = √(u + eps) / √(v + eps) ·
 * g, u = ρ·u + (1 − ρ)·d², parameter −= learningRate · d; v is square_avg, u is acc_delta.
 *
 * The traps: `tf.train.adadelta` divides by the v of the step before, and has the rate 0.001, rho
 * 0.95 and eps 1e-7; keras has those too, optax has eps 1e-6 and rho 0.9 as this, but no default of
 * the rate. The first steps are about √eps long, so a run begins slowly.
 *
 * @throws RangeError for a negative rate, eps or decay, and for a rho outside [0, 1]
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { Adadelta } from '@trainkit/optimizers';
 *
 * const x = tf.variable(tf.scalar(3));
 * const optimizer = new Adadelta([x], { eps: 0.01 });
 * for (let step = 0; step < 4; step++) optimizer.minimize(() => tf.square<tf.Scalar>(x));
 * console.log(x.dataSync()[0]?.toFixed(4)); // → 1.8272
 * ```
 *
 * Source: M. Zeiler, "ADADELTA: An Adaptive Learning Rate Method", 2012.
 */
export class Adadelta extends ParameterOptimizer<AdadeltaOptions> {
  /**
   * With our prefix: an `Adadelta` would take the place of TensorFlow.js' own in other people's
   * saved models.
   */
  static override readonly className: string = 'TrainkitAdadelta';
  static override readonly options = optionTable<AdadeltaOptions>({
    learningRate: rate(1),
    rho: number(0.9, { min: 0, max: 1 }),
    eps: number(1e-6, { min: 0 }),
    weightDecay: number(0, { min: 0 }),
    maximize: flag(),
  });
  protected override readonly stateKeys = ['square_avg', 'acc_delta'];

  protected override update(
    { parameter, gradient, ...state }: UpdateTensors<'square_avg' | 'acc_delta'>,
    { learningRate }: Scalars,
    options: Complete<AdadeltaOptions>,
  ) {
    const { rho, eps } = options;
    const g = slope({ parameter, gradient }, options);
    const square_avg = runningMeanSquare(state.square_avg, g, rho);
    const delta = mul(div(sqrt(add(state.acc_delta, eps)), sqrt(add(square_avg, eps))), g);
    const acc_delta = runningMeanSquare(state.acc_delta, delta, rho);
    return { parameter: sub(parameter, mul(delta, learningRate)), square_avg, acc_delta };
  }
}

serialization.registerClass(Adadelta, 'Trainkit');

/**
 * Adadelta over every trainable variable of the program, each from its first gradient on, as
 * `tf.train.adadelta`; for `model.compile`, where the model hands its variables over later.
 */
export function adadelta(options: AdadeltaOptions = {}): Adadelta {
  return new Adadelta(ON_DEMAND, options);
}
