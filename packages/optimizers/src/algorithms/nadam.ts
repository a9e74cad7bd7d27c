import { add, div, mul, ones, serialization, sqrt, sub, type Variable, zeros } from '@tensorflow/tfjs-core';
import type { Complete, LearningRate } from '../hyperparameters.js';
import { ParameterOptimizer } from '../optimizer.js';
import { betas, flag, number, optionTable, rate } from '../option-rules.js';
import { ON_DEMAND } from '../parameter-registry.js';
import type { ScalarContext, Scalars, UpdateTensors } from '../update-rule.js';
import { runningMean, runningMeanSquare, slope } from './formulas.js';

/** Options of {@link NAdam}, for the optimizer and for each of its groups. */
export interface NAdamOptions {
  /** The learning rate, a number of at least 0 or a schedule `(step) => rate`, default 2e-3. */
  learningRate?: LearningRate | undefined;
  /**
   * The shares of the running means of the gradient and of its square that stay, each in [0, 1),
   * default [0.9, 0.999].
   */
  betas?: readonly [number, number] | undefined;
  /** The term that keeps the denominator from 0, outside the root, default 1e-8. */
  eps?: number | undefined;
  /** The strength of the decay, default 0. */
  weightDecay?: number | undefined;
  /** The speed at which the momentum rises from β1 / 2 to β1, default 4e-3. */
  momentumDecay?: number | undefined;
  /** True if the decay is that of AdamW (decoupled) instead of that of Adam (L2), default false. */
  decoupledWeightDecay?: boolean | undefined;
  /** True to go up instead of down, default false. */
  maximize?: boolean | undefined;
}

/**
 * NAdam: Adam with Nesterov's momentum, which rises from step to step: `torch.optim.NAdam`.
 *
 * With g = gradient + weightDecay · parameter, or g = gradient and parameter = parameter · (1 −
 * learningRate · weightDecay) where the decay is decoupled: μ(t) = β1 · (1 − 0.96^(t ·
 * momentumDecay) / 2), p = p · μ(t), m = β1·m + (1 − β1)·g, v = β2·v + (1 − β2)·g², parameter −=
 * learningRate · ((1 − μ(t)) / (1 − p) · g + μ(t+1) / (1 − p · μ(t+1)) · m) / (√(v / (1 − β2^t)) +
 * eps); p is mu_product, at first 1, m is exp_avg, v is exp_avg_sq, t counts updates.
 *
 * The traps: optax' nadam keeps the momentum at β1; keras' eps is 1e-7. mu_product is a tensor
 * without dimensions.
 *
 * @throws RangeError for a negative rate, eps or decay, and for a beta outside [0, 1)
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { NAdam } from '@trainkit/optimizers';
 *
 * const x = tf.variable(tf.scalar(3));
 * const optimizer = new NAdam([x], { learningRate: 0.5 });
 * for (let step = 0; step < 4; step++) optimizer.minimize(() => tf.square<tf.Scalar>(x));
 * console.log(x.dataSync()[0]?.toFixed(4)); // → 1.5103
 * ```
 *
 * Source: T. Dozat, "Incorporating Nesterov Momentum into Adam", ICLR 2016 Workshop.
 */
export class NAdam extends ParameterOptimizer<NAdamOptions> {
  /** With our prefix: the name is one for all libraries. */
  static override readonly className: string = 'TrainkitNAdam';
  static override readonly options = optionTable<NAdamOptions>({
    learningRate: rate(2e-3),
    betas: betas([0.9, 0.999]),
    eps: number(1e-8, { min: 0 }),
    weightDecay: number(0, { min: 0 }),
    momentumDecay: number(4e-3, { min: 0 }),
    decoupledWeightDecay: flag(),
    maximize: flag(),
  });
  protected override readonly stateKeys = ['exp_avg', 'exp_avg_sq', 'mu_product'];

  protected override stateShape(key: string, parameter: Variable): number[] {
    return key === 'mu_product' ? [] : parameter.shape;
  }

  protected override initialState(key: string, parameter: Variable) {
    return key === 'mu_product' ? ones([]) : zeros(parameter.shape);
  }

  protected override scalars({ step, learningRate, options }: ScalarContext<NAdamOptions>) {
    const { betas, weightDecay, momentumDecay, decoupledWeightDecay } = options;
    const [beta1, beta2] = betas;
    const momentumAt = (t: number) => beta1 * (1 - 0.5 * 0.96 ** (t * momentumDecay));
    const [mu, muNext] = [momentumAt(step), momentumAt(step + 1)];
    return {
      mu,
      muNext,
      gradientRate: learningRate * (1 - mu),
      meanRate: learningRate * muNext,
      correction: 1 - beta2 ** step,
      shrink: decoupledWeightDecay ? 1 - learningRate * weightDecay : undefined,
    };
  }

  protected override update(
    { parameter, gradient, ...state }: UpdateTensors<'exp_avg' | 'exp_avg_sq' | 'mu_product'>,
    scalars: Scalars<'mu' | 'muNext' | 'gradientRate' | 'meanRate' | 'correction', 'shrink'>,
    { betas: [beta1, beta2], eps, weightDecay, decoupledWeightDecay, maximize }: Complete<NAdamOptions>,
  ) {
    const { mu, muNext, gradientRate, meanRate, correction, shrink } = scalars;
    const l2 = decoupledWeightDecay ? 0 : weightDecay;
    const g = slope({ parameter, gradient }, { weightDecay: l2, maximize });
    const from = shrink === undefined ? parameter : mul(parameter, shrink);
    const mu_product = mul(state.mu_product, mu);
    const exp_avg = runningMean(state.exp_avg, g, beta1);
    const exp_avg_sq = runningMeanSquare(state.exp_avg_sq, g, beta2);
    const ofGradient = mul(g, div(gradientRate, sub(1, mu_product)));
    const ofMean = mul(exp_avg, div(meanRate, sub(1, mul(mu_product, muNext))));
    const denominator = add(sqrt(div(exp_avg_sq, correction)), eps);
    const next = sub(from, div(add(ofGradient, ofMean), denominator));
    return { parameter: next, exp_avg, exp_avg_sq, mu_product };
  }
}

serialization.registerClass(NAdam, 'Trainkit');

/**
 * NAdam over every trainable variable of the program, each from its first gradient on; for
 * `model.compile`, where the model hands its variables over later.
 */
export function nadam(options: NAdamOptions = {}): NAdam {
  return new NAdam(ON_DEMAND, options);
}
