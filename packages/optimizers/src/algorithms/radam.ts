import { serialization } from '@tensorflow/tfjs-core';
import type { Complete, LearningRate } from '../hyperparameters.js';
import { ParameterOptimizer } from '../optimizer.js';
import { betas, flag, number, optionTable, rate } from '../option-rules.js';
import { ON_DEMAND } from '../parameter-registry.js';
import type { ScalarContext, Scalars, UpdateTensors } from '../update-rule.js';
import { adamStep } from './adam.kernel.js';

/** Options of {@link RAdam}, for the optimizer and for each of its groups. */
export interface RAdamOptions {
  /** The learning rate, a number of at least 0 or a schedule `(step) => rate`, default 1e-3. */
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
  /** True if the decay is that of AdamW (decoupled) instead of that of Adam (L2), default false. */
  decoupledWeightDecay?: boolean | undefined;
  /** True to go up instead of down, default false. */
  maximize?: boolean | undefined;
}

/**
 * RAdam: Adam that adapts its steps only when the mean square has seen enough gradients:
 * `torch.optim.RAdam`.
 *
 * With g = gradient + weightDecay · parameter, or g = gradient and parameter = parameter · (1 −
 * learningRate · weightDecay) where the decay is decoupled: m = β1·m + (1 − β1)·g, v = β2·v + (1 −
 * β2)·g², ρ∞ = 2 / (1 − β2) − 1, ρ(t) = ρ∞ − 2·t·β2^t / (1 − β2^t); where ρ(t) > 5, r = √((ρ(t) −
 * 4)(ρ(t) − 2)ρ∞ / ((ρ∞ − 4)(ρ∞ − 2)ρ(t))) and parameter −= learningRate · m / (1 − β1^t) · r · √(1
 * − β2^t) / (√v + eps); elsewhere parameter −= learningRate · m / (1 − β1^t). m is exp_avg, v is
 * exp_avg_sq, t counts updates.
 *
 * The traps: with β2 = 0.999 the first five steps are as long as the gradients are, so they need
 * gradients of a moderate size; eps is added to √v before the bias correction, unlike Adam's. With
 * β2 up to 2/3 no step is ever adapted.
 *
 * @throws RangeError for a negative rate, eps or decay, and for a beta outside [0, 1)
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { RAdam } from '@trainkit/optimizers';
 *
 * const x = tf.variable(tf.scalar(3));
 * const optimizer = new RAdam([x], { learningRate: 0.1 });
 * for (let step = 0; step < 8; step++) optimizer.minimize(() => tf.square<tf.Scalar>(x));
 * console.log(x.dataSync()[0]?.toFixed(4)); // → 0.5974
 * ```
 *
 * Source: L. Liu et al., "On the Variance of the Adaptive Learning Rate and Beyond", ICLR 2020.
 */
export class RAdam extends ParameterOptimizer<RAdamOptions> {
  /** With our prefix: the name is one for all libraries. */
  static override readonly className: string = 'TrainkitRAdam';
  static override readonly options = optionTable<RAdamOptions>({
    learningRate: rate(1e-3),
    betas: betas([0.9, 0.999]),
    eps: number(1e-8, { min: 0 }),
    weightDecay: number(0, { min: 0 }),
    decoupledWeightDecay: flag(),
    maximize: flag(),
  });
  protected override readonly stateKeys = ['exp_avg', 'exp_avg_sq'];

  protected override scalars({ step, learningRate, options }: ScalarContext<RAdamOptions>) {
    const { betas, weightDecay, decoupledWeightDecay } = options;
    const meanRate = learningRate / (1 - betas[0] ** step);
    const rectification = rectificationAt(step, betas[1]);
    return {
      // Both change from step to step, and a captured step is recorded once: the kernel selects by
      // the second.
      rate: rectification === null ? meanRate : meanRate * rectification * Math.sqrt(1 - betas[1] ** step),
      adapts: rectification === null ? 0 : 1,
      eps: options.eps,
      shrink: decoupledWeightDecay ? 1 - learningRate * weightDecay : undefined,
    };
  }

  protected override update(
    tensors: UpdateTensors<'exp_avg' | 'exp_avg_sq'>,
    scalars: Scalars<'rate' | 'adapts' | 'eps', 'shrink'>,
    { betas: [beta1, beta2], weightDecay, decoupledWeightDecay, maximize }: Complete<RAdamOptions>,
  ) {
    const [parameter, exp_avg, exp_avg_sq] = adamStep(
      { ...tensors, ...scalars },
      {
        ...{ beta1, beta2, meanWeight: 1 - beta1, squareWeight: 1 - beta2 },
        weightDecay: decoupledWeightDecay ? 0 : weightDecay,
        ...{ maximize, inPlace: true },
      },
    );
    return { parameter, exp_avg, exp_avg_sq };
  }
}

/** Returns r, or null where the mean square has seen too few gradients. */
function rectificationAt(step: number, beta2: number): number | null {
  const longest = 2 / (1 - beta2) - 1;
  const length = longest - (2 * step * beta2 ** step) / (1 - beta2 ** step);
  if (length <= 5) return null;
  return Math.sqrt(((length - 4) * (length - 2) * longest) / ((longest - 4) * (longest - 2) * length));
}

serialization.registerClass(RAdam, 'Trainkit');

/**
 * RAdam over every trainable variable of the program, each from its first gradient on; for
 * `model.compile`, where the model hands its variables over later.
 */
export function radam(options: RAdamOptions = {}): RAdam {
  return new RAdam(ON_DEMAND, options);
}
