import { add, mul, serialization } from '@tensorflow/tfjs-core';
import type { Complete, LearningRate } from '../hyperparameters.js';
import { flag, number, optionTable, rate } from '../option-rules.js';
import { ON_DEMAND } from '../parameter-registry.js';
import type { ScalarContext, Scalars, UpdateTensors } from '../update-rule.js';
import { ScheduleFreeOptimizer } from './schedule-free.js';

/** Options of {@link ScheduleFreeSGD}, for the optimizer and for each of its groups. */
export interface ScheduleFreeSGDOptions {
  /** The learning rate, a number of at least 0 or a schedule, such as a warm-up; default 1. */
  learningRate?: LearningRate | undefined;
  /** The share of the average in the value that gradients are taken at, in [0, 1], default 0.9. */
  momentum?: number | undefined;
  /** L2 regularization: the share of its parameter that is added to a gradient, default 0. */
  weightDecay?: number | undefined;
  /** True to go up instead of down, default false. */
  maximize?: boolean | undefined;
}

/**
 * Stochastic gradient descent that needs no schedule: Schedule-Free SGD.
 *
 * With γ the rate and G the gradient at y = (1 − momentum)·z + momentum·x: z −= γ · (G +
 * weightDecay · y), x += (γ² / Σγ²) · (z − x). The variables hold y while they are trained.
 *
 * The trap: what is evaluated and saved as the trained model is x, not y. Write
 * `optimizer.evaluate(() => …)` around it, or `optimizer.eval()` before and `optimizer.train()`
 * after; in between, a step is an error. `model.eval()` does not do it, since a model does not know
 * its optimizer, and the validation of `model.fit` measures y. What keeps running statistics
 * (`BatchNorm`) has those of y: let some batches pass in training mode within `evaluate` first.
 *
 * @throws RangeError for a negative rate or decay, and a momentum outside [0, 1]
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { ScheduleFreeSGD } from '@trainkit/optimizers';
 *
 * const x = tf.variable(tf.scalar(3));
 * const optimizer = new ScheduleFreeSGD([x], { learningRate: 0.25, momentum: 0.5 });
 * for (let step = 0; step < 3; step++) optimizer.minimize(() => tf.square<tf.Scalar>(x));
 * console.log(x.dataSync()[0], optimizer.evaluate(() => x.dataSync()[0])); // → 0.5625 0.84375
 * ```
 *
 * Source: A. Defazio et al., "The Road Less Scheduled", NeurIPS 2024.
 */
export class ScheduleFreeSGD extends ScheduleFreeOptimizer<ScheduleFreeSGDOptions> {
  static override readonly className: string = 'TrainkitScheduleFreeSGD';
  static override readonly options = optionTable<ScheduleFreeSGDOptions>({
    learningRate: rate(1),
    momentum: number(0.9, { min: 0, max: 1 }),
    weightDecay: number(0, { min: 0 }),
    maximize: flag(),
  });
  protected override readonly stateKeys = ['z_minus_x', 'weight_sum'];

  protected override averageShare({ momentum }: Complete<ScheduleFreeSGDOptions>): number {
    return momentum;
  }

  protected override scalars({ learningRate }: ScalarContext<ScheduleFreeSGDOptions>) {
    return { learningRate, weight: learningRate ** 2 };
  }

  protected override update(
    { parameter, gradient, z_minus_x, weight_sum }: UpdateTensors<'z_minus_x' | 'weight_sum'>,
    { learningRate, weight }: Scalars<'learningRate' | 'weight'>,
    { momentum, weightDecay, maximize }: Complete<ScheduleFreeSGDOptions>,
  ) {
    const uphill = maximize ? mul(gradient, -1) : gradient;
    const decayed = weightDecay === 0 ? uphill : add(uphill, mul(parameter, weightDecay));
    const step = mul(learningRate, decayed);
    return this.average({ parameter, z_minus_x, weight_sum, step, weight, share: momentum });
  }
}

serialization.registerClass(ScheduleFreeSGD, 'Trainkit');

/**
 * ScheduleFreeSGD over every trainable variable of the program, each from its first gradient on;
 * for `model.compile`, where the model hands its variables over later.
 */
export function scheduleFreeSGD(options: ScheduleFreeSGDOptions = {}): ScheduleFreeSGD {
  return new ScheduleFreeSGD(ON_DEMAND, options);
}
