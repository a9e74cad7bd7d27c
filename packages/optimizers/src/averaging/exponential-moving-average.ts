import { add, cast, mul, sub, type Tensor } from '@tensorflow/tfjs-core';
import { checkNumber, checkOptions, type OptionNames } from '@trainkit/checks';
import type { Parameter } from '../parameter-groups.js';
import { type AveragedModel, AveragedWeights, type AveragingOptions } from './averaged-weights.js';

/** Options of {@link ExponentialMovingAverage}. */
export interface ExponentialMovingAverageOptions extends AveragingOptions {
  /** The share of the average that stays in each update, in [0, 1], default 0.999. */
  decay?: number | undefined;
}

const OPTIONS: OptionNames<ExponentialMovingAverageOptions> = { decay: true, useBuffers: true };

/**
 * The exponential moving average (EMA) of a model's weights: PyTorch's `AveragedModel` with
 * `get_ema_multi_avg_fn`.
 *
 * average = decay · average + (1 − decay) · weights in each `update()`; the first one copies the
 * weights. `evaluate` runs a function while the model holds the averages.
 *
 * The trap: with a decay of 0.999 the average lags by 1000 updates, so short runs want a smaller
 * one.
 *
 * @throws RangeError for a decay outside [0, 1]
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { ExponentialMovingAverage, SGD } from '@trainkit/optimizers';
 *
 * const weight = tf.variable(tf.scalar(1));
 * const optimizer = new SGD([weight], { learningRate: 0.25 });
 * const average = new ExponentialMovingAverage([weight], { decay: 0.5 });
 * for (let i = 0; i < 3; i++) {
 *   optimizer.minimize(() => tf.square<tf.Scalar>(weight));
 *   average.update();
 * }
 * console.log(weight.dataSync()[0], average.evaluate(() => weight.dataSync()[0])); // → 0.125 0.25
 * ```
 *
 * Source: B. Polyak, A. Juditsky, "Acceleration of Stochastic Approximation by Averaging", 1992.
 */
export class ExponentialMovingAverage extends AveragedWeights {
  readonly #decay: number;

  /** @param model a module, or variables and `[path, variable]` pairs */
  constructor(model: AveragedModel | readonly Parameter[], options: ExponentialMovingAverageOptions = {}) {
    const name = 'ExponentialMovingAverage';
    const { decay = 0.999, ...others } = checkOptions(name, options, OPTIONS);
    checkNumber(name, 'decay', decay, { min: 0, max: 1 });
    super(name, model, others);
    this.#decay = decay;
  }

  protected override blend(average: Tensor, current: Tensor): Tensor {
    const newest = 1 - this.#decay;
    // The formulas of PyTorch, which round differently.
    if (current.dtype !== 'float32') {
      return add(mul(cast(average, 'float32'), this.#decay), mul(cast(current, 'float32'), newest));
    }
    const difference = sub(current, average);
    if (newest < 0.5) return add(average, mul(difference, newest));
    return sub(current, mul(difference, 1 - newest));
  }
}
