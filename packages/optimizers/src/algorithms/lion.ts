import { abs, add, divNoNan, mul, neg, serialization, sub } from '@tensorflow/tfjs-core';
import type { Complete, LearningRate } from '../hyperparameters.js';
import { ParameterOptimizer } from '../optimizer.js';
import { betas, flag, number, optionTable, rate } from '../option-rules.js';
import { ON_DEMAND } from '../parameter-registry.js';
import type { ScalarContext, Scalars, UpdateTensors } from '../update-rule.js';

/** Options of {@link Lion}, for the optimizer and for each of its groups. */
export interface LionOptions {
  /** The learning rate, a number of at least 0 or a schedule `(step) => rate`, default 1e-4. */
  learningRate?: LearningRate | undefined;
  /**
   * The shares of the running mean that stay in the direction and in the mean, each in [0, 1),
   * default [0.9, 0.99].
   */
  betas?: readonly [number, number] | undefined;
  /** The strength of the decoupled decay, default 0. */
  weightDecay?: number | undefined;
  /** True to go up instead of down, default false. */
  maximize?: boolean | undefined;
}

/**
 * Lion: each element moves by the learning rate, in the direction of a running mean's sign.
 *
 * c = β1·m + (1 − β1)·gradient; parameter = parameter · (1 − learningRate · weightDecay) −
 * learningRate · sign(c); m = β2·m + (1 − β2)·gradient; m is exp_avg.
 *
 * The trap: every step is as long as the rate, so take a third to a tenth of AdamW's rate, and
 * three to ten times its decay.
 *
 * @throws RangeError for a negative rate or decay, and for a beta outside [0, 1)
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { Lion } from '@trainkit/optimizers';
 *
 * const x = tf.variable(tf.tensor1d([3, -2]));
 * const optimizer = new Lion([x], { learningRate: 0.25 });
 * for (let step = 0; step < 4; step++) optimizer.minimize(() => tf.sum<tf.Scalar>(tf.square(x)));
 * console.log(x.dataSync()); // → Float32Array(2) [ 2, -1 ]
 * ```
 *
 * Source: X. Chen et al., "Symbolic Discovery of Optimization Algorithms", NeurIPS 2023, algorithm
 * 2.
 */
export class Lion extends ParameterOptimizer<LionOptions> {
  static override readonly className: string = 'TrainkitLion';
  static override readonly options = optionTable<LionOptions>({
    learningRate: rate(1e-4),
    betas: betas([0.9, 0.99]),
    weightDecay: number(0, { min: 0 }),
    maximize: flag(),
  });
  protected override readonly stateKeys = ['exp_avg'];

  protected override scalars({ learningRate, options }: ScalarContext<LionOptions>) {
    return { learningRate, shrink: 1 - learningRate * options.weightDecay };
  }

  protected override update(
    { parameter, gradient, exp_avg }: UpdateTensors<'exp_avg'>,
    { learningRate, shrink }: Scalars<'learningRate' | 'shrink'>,
    { betas: [beta1, beta2], maximize }: Complete<LionOptions>,
  ) {
    const g = maximize ? neg(gradient) : gradient;
    const c = add(mul(exp_avg, beta1), mul(g, 1 - beta1));
    // Not tf.sign, which is 0 for NaN: the parameter would stay as it is for good.
    const sign = divNoNan(c, abs(c));
    return {
      parameter: sub(mul(parameter, shrink), mul(sign, learningRate)),
      exp_avg: add(mul(exp_avg, beta2), mul(g, 1 - beta2)),
    };
  }
}

serialization.registerClass(Lion, 'Trainkit');

/**
 * Lion over every trainable variable of the program, each from its first gradient on; for
 * `model.compile`, where the model hands its variables over later.
 */
export function lion(options: LionOptions = {}): Lion {
  return new Lion(ON_DEMAND, options);
}
