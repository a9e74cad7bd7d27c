import { add, div, mul, serialization, sqrt, square, sub } from '@tensorflow/tfjs-core';
import type { Complete, LearningRate } from '../hyperparameters.js';
import { ParameterOptimizer } from '../optimizer.js';
import { flag, number, optionTable, rate } from '../option-rules.js';
import { ON_DEMAND } from '../parameter-registry.js';
import type { Scalars, UpdateTensors } from '../update-rule.js';
import { runningMean, runningMeanSquare, slope } from './formulas.js';

/** Options of {@link RMSprop}, for the optimizer and for each of its groups. */
export interface RMSpropOptions {
  /** The learning rate, a number of at least 0 or a schedule `(step) => rate`, default 0.01. */
  learningRate?: LearningRate | undefined;
  /** The share of the running averages that stays, in [0, 1], default 0.99. */
  alpha?: number | undefined;
  /** The term that keeps the denominator from 0, outside the root, default 1e-8. */
  eps?: number | undefined;
  /** L2 regularization: the share of its parameter that is added to a gradient, default 0. */
  weightDecay?: number | undefined;
  /** The share of the last direction that stays, default 0: no momentum. */
  momentum?: number | undefined;
  /**
   * True to divide by the standard deviation of the gradient instead of its root mean square,
   * default false.
   */
  centered?: boolean | undefined;
  /** True to go up instead of down, default false. */
  maximize?: boolean | undefined;
}

/**
 * RMSprop: gradient descent by gradients divided by their root mean square: `torch.optim.RMSprop`.
 *
 * With g = gradient + weightDecay · parameter: v = α·v + (1 − α)·g²; centered, also m = α·m + (1 −
 * α)·g; direction = g / (√v + eps), or g / (√(v − m²) + eps) where centered; with momentum, buffer
 * = momentum · buffer + direction is the direction; parameter −= learningRate · direction. v is
 * square_avg, m is grad_avg, buffer is momentum_buffer.
 *
 * The traps: `tf.train.rmsprop` has α 0.9, eps inside the root, and the rate inside the momentum
 * buffer; keras' α is `rho` 0.9, optax' `decay` 0.9. Centered, a gradient that hardly changes has a
 * standard deviation near 0, and the steps grow without bound, in PyTorch too.
 *
 * @throws RangeError for a negative rate, eps, momentum or decay, and for an alpha outside [0, 1]
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { RMSprop } from '@trainkit/optimizers';
 *
 * const x = tf.variable(tf.scalar(3));
 * const optimizer = new RMSprop([x], { learningRate: 0.1 });
 * for (let step = 0; step < 4; step++) optimizer.minimize(() => tf.square<tf.Scalar>(x));
 * console.log(x.dataSync()[0]?.toFixed(4)); // → 0.8006
 * ```
 *
 * Sources: T. Hinton, "Neural Networks for Machine Learning", lecture 6e, 2012; A. Graves,
 * "Generating Sequences With Recurrent Neural Networks", 2013 (centered).
 */
export class RMSprop extends ParameterOptimizer<RMSpropOptions> {
  /** With our prefix: the name is one for all libraries. */
  static override readonly className: string = 'TrainkitRMSprop';
  static override readonly options = optionTable<RMSpropOptions>({
    learningRate: rate(0.01),
    alpha: number(0.99, { min: 0, max: 1 }),
    eps: number(1e-8, { min: 0 }),
    weightDecay: number(0, { min: 0 }),
    momentum: number(0, { min: 0 }),
    centered: flag(),
    maximize: flag(),
  });
  protected override readonly stateKeys = ['square_avg', 'momentum_buffer', 'grad_avg'];

  protected override keepsState(key: string, { momentum, centered }: Complete<RMSpropOptions>): boolean {
    if (key === 'momentum_buffer') return momentum !== 0;
    return key !== 'grad_avg' || centered;
  }

  protected override update(
    { parameter, gradient, ...state }: UpdateTensors<'square_avg', 'momentum_buffer' | 'grad_avg'>,
    { learningRate }: Scalars,
    options: Complete<RMSpropOptions>,
  ) {
    const { alpha, eps, momentum } = options;
    const g = slope({ parameter, gradient }, options);
    const square_avg = runningMeanSquare(state.square_avg, g, alpha);
    const grad_avg = state.grad_avg && runningMean(state.grad_avg, g, alpha);
    const variance = grad_avg === undefined ? square_avg : sub(square_avg, square(grad_avg));
    const direction = div(g, add(sqrt(variance), eps));
    const momentum_buffer = state.momentum_buffer && add(mul(state.momentum_buffer, momentum), direction);
    const next = sub(parameter, mul(momentum_buffer ?? direction, learningRate));
    return { parameter: next, square_avg, momentum_buffer, grad_avg };
  }
}

serialization.registerClass(RMSprop, 'Trainkit');

/**
 * RMSprop over every trainable variable of the program, each from its first gradient on, as
 * `tf.train.rmsprop`; for `model.compile`, where the model hands its variables over later.
 */
export function rmsprop(options: RMSpropOptions = {}): RMSprop {
  return new RMSprop(ON_DEMAND, options);
}
