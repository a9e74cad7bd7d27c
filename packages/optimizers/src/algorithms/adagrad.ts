import { add, div, fill, mul, serialization, sqrt, square, sub, type Variable } from '@tensorflow/tfjs-core';
import type { Complete, LearningRate } from '../hyperparameters.js';
import { ParameterOptimizer } from '../optimizer.js';
import { flag, number, optionTable, rate } from '../option-rules.js';
import { ON_DEMAND } from '../parameter-registry.js';
import type { ScalarContext, Scalars, UpdateTensors } from '../update-rule.js';
import { slope } from './formulas.js';

/** Options of {@link Adagrad}, for the optimizer and for each of its groups. */
export interface AdagradOptions {
  /** The learning rate, a number of at least 0 or a schedule `(step) => rate`, default 0.01. */
  learningRate?: LearningRate | undefined;
  /** The decay of the rate: an update t takes the rate / (1 + (t − 1) · lrDecay), default 0. */
  lrDecay?: number | undefined;
  /** L2 regularization: the share of its parameter that is added to a gradient, default 0. */
  weightDecay?: number | undefined;
  /** The sum of squares before the first update, default 0. */
  initialAccumulatorValue?: number | undefined;
  /** The term that keeps the denominator from 0, outside the root, default 1e-10. */
  eps?: number | undefined;
  /** True to go up instead of down, default false. */
  maximize?: boolean | undefined;
}

/**
 * Adagrad: gradient descent by gradients divided by the root of the sum of all their squares:
 * `torch.optim.Adagrad`.
 *
 * With g = gradient + weightDecay · parameter: s = s + g²,
 * parameter −= learningRate / (1 + (t − 1) · lrDecay) · g / (√s + eps); s is sum, t counts updates.
 *
 * The traps: `tf.train.adagrad`, keras and optax begin with a sum of 0.1, PyTorch and this with 0;
 * TensorFlow.js and optax have an eps of 1e-7 inside the root.
 *
 * @throws RangeError for a negative rate, decay, sum or eps
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { Adagrad } from '@trainkit/optimizers';
 *
 * const x = tf.variable(tf.scalar(3));
 * const optimizer = new Adagrad([x], { learningRate: 0.5 });
 * for (let step = 0; step < 4; step++) optimizer.minimize(() => tf.square<tf.Scalar>(x));
 * console.log(x.dataSync()[0]?.toFixed(4)); // → 1.7376
 * ```
 *
 * Source: J. Duchi, E. Hazan, Y. Singer, "Adaptive Subgradient Methods for Online Learning and
 * Stochastic Optimization", JMLR 12, 2011.
 */
export class Adagrad extends ParameterOptimizer<AdagradOptions> {
  /**
   * With our prefix: an `Adagrad` would take the place of TensorFlow.js' own in other people's
   * saved models.
   */
  static override readonly className: string = 'TrainkitAdagrad';
  static override readonly options = optionTable<AdagradOptions>({
    learningRate: rate(0.01),
    lrDecay: number(0, { min: 0 }),
    weightDecay: number(0, { min: 0 }),
    initialAccumulatorValue: number(0, { min: 0 }),
    eps: number(1e-10, { min: 0 }),
    maximize: flag(),
  });
  protected override readonly stateKeys = ['sum'];

  protected override initialState(_key: string, parameter: Variable, options: Complete<AdagradOptions>) {
    return fill(parameter.shape, options.initialAccumulatorValue);
  }

  protected override scalars({ step, learningRate, options }: ScalarContext<AdagradOptions>) {
    return { rate: learningRate / (1 + (step - 1) * options.lrDecay) };
  }

  protected override update(
    { parameter, gradient, sum }: UpdateTensors<'sum'>,
    scalars: Scalars<'rate'>,
    options: Complete<AdagradOptions>,
  ) {
    const g = slope({ parameter, gradient }, options);
    const squares = add(sum, square(g));
    const direction = div(g, add(sqrt(squares), options.eps));
    return { parameter: sub(parameter, mul(direction, scalars.rate)), sum: squares };
  }
}

serialization.registerClass(Adagrad, 'Trainkit');

/**
 * Adagrad over every trainable variable of the program, each from its first gradient on, as
 * `tf.train.adagrad`; for `model.compile`, where the model hands its variables over later.
 */
export function adagrad(options: AdagradOptions = {}): Adagrad {
  return new Adagrad(ON_DEMAND, options);
}
