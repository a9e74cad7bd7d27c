import { serialization } from '@tensorflow/tfjs-core';
import type { Complete, LearningRate } from '../hyperparameters.js';
import { ParameterOptimizer } from '../optimizer.js';
import { betas, flag, number, optionTable, rate } from '../option-rules.js';
import { ON_DEMAND } from '../parameter-registry.js';
import type { ScalarContext, Scalars, UpdateTensors } from '../update-rule.js';
import { adamStep, gradientWeights } from './adam.kernel.js';

/** Options of {@link Adam} and {@link AdamW}, for the optimizer and for each of its groups. */
export interface AdamOptions {
  /** The learning rate, a number of at least 0 or a schedule `(step) => rate`, default 1e-3. */
  learningRate?: LearningRate | undefined;
  /**
   * The shares of the running means of the gradient and of its square that stay, each in [0, 1),
   * default [0.9, 0.999].
   */
  betas?: readonly [number, number] | undefined;
  /** The term that keeps the denominator from 0, outside the root, default 1e-8. */
  eps?: number | undefined;
  /** The strength of the decay, default 0.01 for AdamW (decoupled), 0 for Adam (L2). */
  weightDecay?: number | undefined;
  /**
   * True to divide by the largest mean square so far instead of the current one, default false.
   */
  amsgrad?: boolean | undefined;
  /** True to go up instead of down, default false. */
  maximize?: boolean | undefined;
}

/** The rules of Adam's options, and of AdamW's, which decays by default. */
const adamOptions = (weightDecay: number) =>
  optionTable<AdamOptions>({
    learningRate: rate(1e-3),
    betas: betas([0.9, 0.999]),
    eps: number(1e-8, { min: 0 }),
    weightDecay: number(weightDecay, { min: 0 }),
    amsgrad: flag(),
    maximize: flag(),
  });

/** Adam and AdamW, but for the decay: through the running means, or decoupled from them. */
abstract class AdamFamily extends ParameterOptimizer<AdamOptions> {
  protected override readonly stateKeys = ['exp_avg', 'exp_avg_sq', 'max_exp_avg_sq'];

  /** True if the decay is that of AdamW. */
  protected abstract readonly decoupled: boolean;

  protected override keepsState(key: string, { amsgrad }: Complete<AdamOptions>): boolean {
    return key !== 'max_exp_avg_sq' || amsgrad;
  }

  protected override stateScale(key: string, options: Complete<AdamOptions>): number {
    const { mean, square } = averageScales(options);
    return key === 'exp_avg' ? mean : square;
  }

  protected override scalars({ step, learningRate, options }: ScalarContext<AdamOptions>) {
    const { betas, eps, weightDecay } = options;
    const { mean, square } = averageScales(options);
    const root = Math.sqrt(square);
    const correction = Math.sqrt(1 - betas[1] ** step);
    return {
      rate: (learningRate / (1 - betas[0] ** step)) * correction * (root / mean),
      eps: eps * correction * root,
      shrink: this.decoupled && weightDecay !== 0 ? 1 - learningRate * weightDecay : undefined,
    };
  }

  protected override update(
    tensors: UpdateTensors<'exp_avg' | 'exp_avg_sq', 'max_exp_avg_sq'>,
    scalars: Scalars<'rate' | 'eps', 'shrink'>,
    options: Complete<AdamOptions>,
  ) {
    const { mean, square } = gradientWeights(options.betas);
    const [parameter, exp_avg, exp_avg_sq, max_exp_avg_sq] = adamStep(
      { ...tensors, ...scalars },
      {
        beta1: options.betas[0],
        beta2: options.betas[1],
        meanWeight: mean,
        squareWeight: square,
        weightDecay: this.decoupled ? 0 : options.weightDecay,
        maximize: options.maximize,
        inPlace: true,
      },
    );
    return { parameter, exp_avg, exp_avg_sq, max_exp_avg_sq };
  }
}

/** The factors that the averages are kept times: 1, but on tfjs-node those of its op's weights. */
function averageScales({ betas: [beta1, beta2] }: Complete<AdamOptions>): { mean: number; square: number } {
  const { mean, square } = gradientWeights([beta1, beta2]);
  return { mean: mean / (1 - beta1), square: square / (1 - beta2) };
}

/**
 * Adam: `torch.optim.Adam`. Its weight decay is L2 (it passes through the running means);
 * {@link AdamW}'s is not.
 *
 * With g = gradient + weightDecay · parameter: m = β1·m + (1 − β1)·g, v = β2·v + (1 − β2)·g²,
 * parameter −= learningRate · (m / (1 − β1^t)) / (√(v / (1 − β2^t)) + eps); m is exp_avg, v is
 * exp_avg_sq, t counts updates.
 *
 * The traps: `tf.train.adam` has eps 1e-7, no way to set its rate, and keeps its running means by
 * position in the list of gradients: leave a variable out once, and they land on the wrong one.
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
 * Source: D. Kingma, J. Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015; S. Reddi et
 * al., "On the Convergence of Adam and Beyond", ICLR 2018 (amsgrad).
 */
export class Adam extends AdamFamily {
  /**
   * With our prefix: an `Adam` would take the place of TensorFlow.js' own in other people's saved
   * models.
   */
  static override readonly className: string = 'TrainkitAdam';
  static override readonly options = adamOptions(0);
  protected override readonly decoupled = false;
}

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

serialization.registerClass(Adam, 'Trainkit');
serialization.registerClass(AdamW, 'Trainkit');

/**
 * Adam over every trainable variable of the program, each from its first gradient on, as
 * `tf.train.adam`; for `model.compile`, where the model hands its variables over later.
 */
export function adam(options: AdamOptions = {}): Adam {
  return new Adam(ON_DEMAND, options);
}

/**
 * AdamW over every trainable variable of the program, each from its first gradient on, as
 * `tf.train.adam`; for `model.compile`, where the model hands its variables over later.
 */
export function adamw(options: AdamOptions = {}): AdamW {
  return new AdamW(ON_DEMAND, options);
}
