import { abs, add, div, maximum, mul, serialization, sub } from '@tensorflow/tfjs-core';
import type { Complete, LearningRate } from '../hyperparameters.js';
import { ParameterOptimizer } from '../optimizer.js';
import { betas, flag, number, optionTable, rate } from '../option-rules.js';
import { ON_DEMAND } from '../parameter-registry.js';
import type { ScalarContext, Scalars, UpdateTensors } from '../update-rule.js';
import { runningMean, slope } from './formulas.js';

/** Options of {@link Adamax}, for the optimizer and for each of its groups. */
export interface AdamaxOptions {
  /** The learning rate, a number of at least 0 or a schedule `(step) => rate`, default 2e-3. */
  learningRate?: LearningRate | undefined;
  /**
   * The shares of the running mean and of the running maximum that stay, each in [0, 1), default
   * [0.9, 0.999].
   */
  betas?: readonly [number, number] | undefined;
  /** The term that keeps the denominator from 0, added to each magnitude, default 1e-8. */
  eps?: number | undefined;
  /** L2 regularization: the share of its parameter that is added to a gradient, default 0. */
  weightDecay?: number | undefined;
  /** True to go up instead of down, default false. */
  maximize?: boolean | undefined;
}

/**
 * Adamax: Adam with the largest recent magnitude of a gradient in place of its root mean square:
 * `torch.optim.Adamax`.
 *
 * With g = gradient + weightDecay · parameter: m = β1·m + (1 − β1)·g, u = max(β2·u, |g| + eps),
 * parameter −= learningRate / (1 − β1^t) · m / u; m is exp_avg, u is exp_inf, t counts updates.
 *
 * The traps: eps is inside the maximum, where `tf.train.adamax` and keras add it to u in the
 * fraction; the `decay` of TensorFlow.js is one of the rate, not of the weights.
 *
 * @throws RangeError for a negative rate, eps or decay, and for a beta outside [0, 1)
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { Adamax } from '@trainkit/optimizers';
 *
 * const x = tf.variable(tf.scalar(3));
 * const optimizer = new Adamax([x], { learningRate: 0.5 });
 * for (let step = 0; step < 4; step++) optimizer.minimize(() => tf.square<tf.Scalar>(x));
 * console.log(x.dataSync()[0]?.toFixed(4)); // → 1.2558
 * ```
 *
 * Source: D. Kingma, J. Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015, section 7.1.
 */
export class Adamax extends ParameterOptimizer<AdamaxOptions> {
  /**
   * With our prefix: an `Adamax` would take the place of TensorFlow.js' own in other people's saved
   * models.
   */
  static override readonly className: string = 'TrainkitAdamax';
  static override readonly options = optionTable<AdamaxOptions>({
    learningRate: rate(2e-3),
    betas: betas([0.9, 0.999]),
    eps: number(1e-8, { min: 0 }),
    weightDecay: number(0, { min: 0 }),
    maximize: flag(),
  });
  protected override readonly stateKeys = ['exp_avg', 'exp_inf'];

  protected override scalars({ step, learningRate, options }: ScalarContext<AdamaxOptions>) {
    return { rate: learningRate / (1 - options.betas[0] ** step) };
  }

  protected override update(
    { parameter, gradient, exp_avg, exp_inf }: UpdateTensors<'exp_avg' | 'exp_inf'>,
    scalars: Scalars<'rate'>,
    options: Complete<AdamaxOptions>,
  ) {
    const [beta1, beta2] = options.betas;
    const g = slope({ parameter, gradient }, options);
    const mean = runningMean(exp_avg, g, beta1);
    // The new one comes first: the WebAssembly backend keeps NaN only there.
    const largest = maximum(add(abs(g), options.eps), mul(exp_inf, beta2));
    const next = sub(parameter, mul(div(mean, largest), scalars.rate));
    return { parameter: next, exp_avg: mean, exp_inf: largest };
  }
}

serialization.registerClass(Adamax, 'Trainkit');

/**
 * Adamax over every trainable variable of the program, each from its first gradient on, as
 * `tf.train.adamax`; for `model.compile`, where the model hands its variables over later.
 */
export function adamax(options: AdamaxOptions = {}): Adamax {
  return new Adamax(ON_DEMAND, options);
}
