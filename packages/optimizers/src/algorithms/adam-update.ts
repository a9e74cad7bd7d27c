import { scalar, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { checkOptions, type OptionNames } from '@trainkit/checks';
import { withDefaults } from '../option-rules.js';
import { type AdamOptions, adamNumbers, adamOptions } from './adam.js';
import { adamStep } from './adam.kernel.js';

/** The tensors of {@link adamUpdate} and {@link adamwUpdate}, all of one shape. */
export interface AdamTensors {
  /** The parameter. */
  parameter: Tensor;
  /** Its gradient. */
  gradient: Tensor;
  /** The running mean of the gradient; zeros before the first update. */
  expAvg: Tensor;
  /** The running mean of the squared gradient; zeros before the first update. */
  expAvgSq: Tensor;
  /**
   * The largest `expAvgSq` so far, zeros before the first update; given, the update is AMSGrad's.
   */
  maxExpAvgSq?: Tensor | undefined;
}

/** Options of {@link adamUpdate} and {@link adamwUpdate}. */
export interface AdamUpdateOptions extends Omit<AdamOptions, 'learningRate' | 'amsgrad'> {
  /** The number of this update, counted from 1. */
  step: number;
  /** The rate of this update, default 1e-3. */
  learningRate?: number | undefined;
  /**
   * True if all tensors but the gradient are donated, default false: the results may then lie in
   * their memory, and they must not be read any more.
   */
  inPlace?: boolean | undefined;
}

const ADAM_UPDATE_OPTIONS: OptionNames<AdamUpdateOptions> = {
  step: true,
  learningRate: true,
  betas: true,
  eps: true,
  weightDecay: true,
  maximize: true,
  inPlace: true,
};

/** The new tensors of {@link adamUpdate} and {@link adamwUpdate}. */
export type AdamUpdated = Omit<AdamTensors, 'gradient'>;

/** One update of {@link Adam}, as a function of tensors. */
export function adamUpdate(tensors: AdamTensors, options: AdamUpdateOptions): AdamUpdated {
  return updateOnce(tensors, checkOptions('adamUpdate', options, ADAM_UPDATE_OPTIONS), false);
}

/**
 * One update of {@link AdamW}, as a function of tensors.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { adamwUpdate } from '@trainkit/optimizers';
 *
 * const { parameter, expAvg } = adamwUpdate(
 *   { parameter: tf.scalar(1), gradient: tf.scalar(4), expAvg: tf.scalar(0), expAvgSq: tf.scalar(0) },
 *   { step: 1, learningRate: 0.125, weightDecay: 0 },
 * );
 * console.log(parameter.dataSync()[0]?.toFixed(4), expAvg.dataSync()[0]?.toFixed(4)); // → 0.8750 0.4000
 * ```
 */
export function adamwUpdate(tensors: AdamTensors, options: AdamUpdateOptions): AdamUpdated {
  return updateOnce(tensors, checkOptions('adamwUpdate', options, ADAM_UPDATE_OPTIONS), true);
}

function updateOnce(
  { parameter, gradient, expAvg, expAvgSq, maxExpAvgSq }: AdamTensors,
  { step, learningRate = 1e-3, inPlace = false, ...given }: AdamUpdateOptions,
  decoupled: boolean,
): AdamUpdated {
  const options = withDefaults<AdamOptions>(adamOptions(decoupled ? 0.01 : 0), given);
  return tidy(() => {
    const numbers = adamNumbers({ step, learningRate, options }, { decoupled });
    const shrink = numbers.shrink === undefined ? undefined : scalar(numbers.shrink);
    const [beta1, beta2] = options.betas;
    const [next, mean, square, largest] = adamStep(
      {
        ...{ parameter, gradient, exp_avg: expAvg, exp_avg_sq: expAvgSq, max_exp_avg_sq: maxExpAvgSq },
        ...{ rate: scalar(numbers.rate), eps: scalar(numbers.eps), shrink },
      },
      {
        ...{ beta1, beta2, meanWeight: 1 - beta1, squareWeight: 1 - beta2 },
        weightDecay: decoupled ? 0 : options.weightDecay,
        ...{ maximize: options.maximize, inPlace },
      },
    );
    return { parameter: next, expAvg: mean, expAvgSq: square, maxExpAvgSq: largest };
  });
}
