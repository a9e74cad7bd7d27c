import { add, cast, div, type Scalar, sub, type Tensor } from '@tensorflow/tfjs-core';
import { checkOptions, type OptionNames } from '@trainkit/checks';
import type { Parameter } from '../parameter-groups.js';
import { type AveragedModel, AveragedWeights, type AveragingOptions } from './averaged-weights.js';

/** Options of {@link StochasticWeightAveraging}. */
export type StochasticWeightAveragingOptions = AveragingOptions;

const OPTIONS: OptionNames<StochasticWeightAveragingOptions> = { useBuffers: true };

/**
 * The mean of a model's weights over its updates (SWA): PyTorch's `AveragedModel` with
 * `get_swa_avg_fn`.
 *
 * average = average + (weights − average) / (n + 1) in the update after n others. Call `update()`
 * once an epoch in the last quarter of a run, at a constant rate: `swaRate`. In the end, let
 * `updateBatchNorm` compute running statistics within `evaluate`, since those of the model are of
 * other weights.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { StochasticWeightAveraging } from '@trainkit/optimizers';
 *
 * const weight = tf.variable(tf.scalar(0));
 * const average = new StochasticWeightAveraging([weight]);
 * for (const value of [1, 2, 6]) {
 *   weight.assign(tf.scalar(value));
 *   average.update();
 * }
 * console.log(average.evaluate(() => weight.dataSync()[0])); // → 3
 * ```
 *
 * Source: P. Izmailov et al., "Averaging Weights Leads to Wider Optima and Better Generalization",
 * UAI 2018.
 */
export class StochasticWeightAveraging extends AveragedWeights {
  /** @param model a module, or variables and `[path, variable]` pairs */
  constructor(model: AveragedModel | readonly Parameter[], options: StochasticWeightAveragingOptions = {}) {
    const name = 'StochasticWeightAveraging';
    super(name, model, checkOptions(name, options, OPTIONS));
  }

  protected override blend(average: Tensor, current: Tensor, updates: Scalar): Tensor {
    const kept = cast(average, 'float32');
    return add(kept, div(sub(cast(current, 'float32'), kept), add(updates, 1)));
  }
}
