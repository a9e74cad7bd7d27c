import { add, div, mul, serialization, sqrt, square } from '@tensorflow/tfjs-core';
import type { Complete, LearningRate } from '../hyperparameters.js';
import { betas, flag, number, optionTable, rate } from '../option-rules.js';
import { ON_DEMAND } from '../parameter-registry.js';
import type { ScalarContext, Scalars, UpdateTensors } from '../update-rule.js';
import { ScheduleFreeOptimizer } from './schedule-free.js';

/** Options of {@link ScheduleFreeAdamW}, for the optimizer and for each of its groups. */
export interface ScheduleFreeAdamWOptions {
  /** The learning rate, a number of at least 0 or a schedule, such as a warm-up; default 0.0025. */
  learningRate?: LearningRate | undefined;
  /**
   * The share of the average in the value that gradients are taken at, and the share of the running
   * mean of the squared gradient that stays; each in [0, 1), default [0.9, 0.999].
   */
  betas?: readonly [number, number] | undefined;
  /** The term that keeps the denominator from 0, outside the root, default 1e-8. */
  eps?: number | undefined;
  /** The strength of the decoupled decay, default 0. */
  weightDecay?: number | undefined;
  /** True to go up instead of down, default false. */
  maximize?: boolean | undefined;
}

/**
 * AdamW that needs no schedule: Schedule-Free AdamW. A warm-up still helps:
 * `linearWarmup(constant(rate), { steps })`.
 *
 * With γ the rate and G the gradient at y = (1 − β1)·z + β1·x: v = β2·v + (1 − β2)·G², z −= γ · (G
 * / (√(v / (1 − β2^t)) + eps) + weightDecay · y), x += (γ² / Σγ²) · (z − x). v is exp_avg_sq, t
 * counts updates. The variables hold y while they are trained.
 *
 * The trap: what is evaluated and saved as the trained model is x, not y; see
 * {@link ScheduleFreeSGD}.
 *
 * @throws RangeError for a negative rate, eps or decay, and for a beta outside [0, 1)
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { ScheduleFreeAdamW } from '@trainkit/optimizers';
 *
 * const x = tf.variable(tf.scalar(3));
 * const optimizer = new ScheduleFreeAdamW([x], { learningRate: 0.5 });
 * for (let step = 0; step < 4; step++) optimizer.minimize(() => tf.square<tf.Scalar>(x));
 * const average = optimizer.evaluate(() => x.dataSync()[0]);
 * console.log(x.dataSync()[0]?.toFixed(4), average?.toFixed(4)); // → 1.7789 1.8424
 * ```
 *
 * Source: A. Defazio et al., "The Road Less Scheduled", NeurIPS 2024.
 */
export class ScheduleFreeAdamW extends ScheduleFreeOptimizer<ScheduleFreeAdamWOptions> {
  static override readonly className: string = 'TrainkitScheduleFreeAdamW';
  static override readonly options = optionTable<ScheduleFreeAdamWOptions>({
    learningRate: rate(2.5e-3),
    betas: betas([0.9, 0.999]),
    eps: number(1e-8, { min: 0 }),
    weightDecay: number(0, { min: 0 }),
    maximize: flag(),
  });
  protected override readonly stateKeys = ['z_minus_x', 'weight_sum', 'exp_avg_sq'];

  protected override averageShare({ betas: [share] }: Complete<ScheduleFreeAdamWOptions>): number {
    return share;
  }

  protected override scalars({ step, learningRate, options }: ScalarContext<ScheduleFreeAdamWOptions>) {
    return {
      learningRate,
      weight: learningRate ** 2,
      rootCorrection: Math.sqrt(1 - options.betas[1] ** step),
    };
  }

  protected override update(
    {
      parameter,
      gradient,
      z_minus_x,
      weight_sum,
      exp_avg_sq,
    }: UpdateTensors<'z_minus_x' | 'weight_sum' | 'exp_avg_sq'>,
    { learningRate, weight, rootCorrection }: Scalars<'learningRate' | 'weight' | 'rootCorrection'>,
    { betas: [share, beta2], eps, weightDecay, maximize }: Complete<ScheduleFreeAdamWOptions>,
  ) {
    const squares = add(mul(exp_avg_sq, beta2), mul(square(gradient), 1 - beta2));
    const uphill = maximize ? mul(gradient, -1) : gradient;
    const scaled = div(uphill, add(div(sqrt(squares), rootCorrection), eps));
    const decayed = weightDecay === 0 ? scaled : add(scaled, mul(parameter, weightDecay));
    const step = mul(learningRate, decayed);
    return {
      ...this.average({ parameter, z_minus_x, weight_sum, step, weight, share }),
      exp_avg_sq: squares,
    };
  }
}

serialization.registerClass(ScheduleFreeAdamW, 'Trainkit');

/**
 * ScheduleFreeAdamW over every trainable variable of the program, each from its first gradient on;
 * for `model.compile`, where the model hands its variables over later.
 */
export function scheduleFreeAdamW(options: ScheduleFreeAdamWOptions = {}): ScheduleFreeAdamW {
  return new ScheduleFreeAdamW(ON_DEMAND, options);
}
