import { add, mul, ones, serialization, sub, type Variable, zeros } from '@tensorflow/tfjs-core';
import type { Complete, LearningRate } from '../hyperparameters.js';
import { ParameterOptimizer } from '../optimizer.js';
import { flag, number, optionTable, rate } from '../option-rules.js';
import { ON_DEMAND } from '../parameter-registry.js';
import type { ScalarContext, Scalars, UpdateTensors } from '../update-rule.js';
import { slope } from './formulas.js';

/** Options of {@link ASGD}, for the optimizer and for each of its groups. */
export interface ASGDOptions {
  /** The learning rate, a number of at least 0 or a schedule `(step) => rate`, default 0.01. */
  learningRate?: LearningRate | undefined;
  /** The decay of the parameter, and the speed at which the rate falls, default 1e-4. */
  lambd?: number | undefined;
  /** The power by which the rate falls, default 0.75. */
  alpha?: number | undefined;
  /** The number of updates before the average begins, default 1e6. */
  t0?: number | undefined;
  /** L2 regularization: the share of its parameter that is added to a gradient, default 0. */
  weightDecay?: number | undefined;
  /** True to go up instead of down, default false. */
  maximize?: boolean | undefined;
}

/**
 * Stochastic gradient descent that also averages the parameters of its later steps:
 * `torch.optim.ASGD`.
 *
 * With g = gradient + weightDecay · parameter: parameter = parameter · (1 − lambd · η) − η · g, a =
 * a + μ · (parameter − a), and for the next update η = learningRate / (1 + lambd · learningRate ·
 * t)^alpha, μ = 1 / max(1, t − t0). At first η = learningRate and μ = 1. a is ax, η is eta, μ is
 * mu, t counts updates.
 *
 * The traps: the average is only kept, as `ax` in `stateDict()`, and no forward pass uses it;
 * before t0 updates it is the parameter itself. The default lambd decays the parameter also without
 * weightDecay. η is that of the update before, so a learning rate that is set acts one update
 * later, in PyTorch too.
 *
 * @throws RangeError for a negative rate, lambd, alpha or decay
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { ASGD } from '@trainkit/optimizers';
 *
 * const x = tf.variable(tf.scalar(3));
 * const optimizer = new ASGD([['x', x]], { learningRate: 0.25, t0: 1 });
 * for (let step = 0; step < 4; step++) optimizer.minimize(() => tf.square<tf.Scalar>(x));
 * const average = optimizer.stateDict().state['x']?.['ax'];
 * if (average instanceof tf.Tensor) console.log(average.dataSync()[0]?.toFixed(4)); // → 0.2812
 * console.log(x.dataSync()[0]?.toFixed(4)); // → 0.1875
 * ```
 *
 * Source: B. Polyak, A. Juditsky, "Acceleration of Stochastic Approximation by Averaging", SIAM
 * Journal on Control and Optimization 30, 1992.
 */
export class ASGD extends ParameterOptimizer<ASGDOptions> {
  /** With our prefix: the name is one for all libraries. */
  static override readonly className: string = 'TrainkitASGD';
  static override readonly options = optionTable<ASGDOptions>({
    learningRate: rate(0.01),
    lambd: number(1e-4, { min: 0 }),
    alpha: number(0.75, { min: 0 }),
    t0: number(1e6),
    weightDecay: number(0, { min: 0 }),
    maximize: flag(),
  });
  protected override readonly stateKeys = ['eta', 'mu', 'ax'];

  protected override stateShape(key: string, parameter: Variable): number[] {
    return key === 'ax' ? parameter.shape : [];
  }

  protected override initialState(key: string, parameter: Variable) {
    // The first η is the learning rate of the first update.
    if (key === 'eta') return undefined;
    return key === 'mu' ? ones([]) : zeros(parameter.shape);
  }

  protected override scalars({ step, learningRate, options }: ScalarContext<ASGDOptions>) {
    const { lambd, alpha, t0 } = options;
    return {
      learningRate,
      nextEta: learningRate / (1 + lambd * learningRate * step) ** alpha,
      nextMu: 1 / Math.max(1, step - t0),
    };
  }

  protected override update(
    { parameter, gradient, mu, ax, ...state }: UpdateTensors<'mu' | 'ax', 'eta'>,
    { learningRate, nextEta, nextMu }: Scalars<'learningRate' | 'nextEta' | 'nextMu'>,
    options: Complete<ASGDOptions>,
  ) {
    const eta = state.eta ?? learningRate;
    const g = slope({ parameter, gradient }, options);
    const next = sub(mul(parameter, sub(1, mul(eta, options.lambd))), mul(g, eta));
    // From the parameter's side, so that a μ of 1 gives the parameter itself.
    const average = add(next, mul(sub(ax, next), sub(1, mu)));
    return { parameter: next, eta: nextEta, mu: nextMu, ax: average };
  }
}

serialization.registerClass(ASGD, 'Trainkit');

/**
 * ASGD over every trainable variable of the program, each from its first gradient on; for
 * `model.compile`, where the model hands its variables over later.
 */
export function asgd(options: ASGDOptions = {}): ASGD {
  return new ASGD(ON_DEMAND, options);
}
