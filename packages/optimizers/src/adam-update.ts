import type { Tensor } from '@tensorflow/tfjs-core';
import { checkOptions, type OptionNames } from '@trainkit/checks';
import { adamAmsgradStep, adamStep } from './adam.kernel.js';

/** What {@link adamUpdate} and {@link adamwUpdate} start from; all of one shape. */
export interface AdamTensors {
  /** The parameter. */
  parameter: Tensor;
  /** Its gradient. */
  gradient: Tensor;
  /** The running mean of the gradient; zeros before the first update. */
  expAvg: Tensor;
  /** The running mean of the squared gradient; zeros before the first update. */
  expAvgSq: Tensor;
  /** The largest `expAvgSq` so far, zeros before the first update; given, the update is AMSGrad's. */
  maxExpAvgSq?: Tensor | undefined;
}

/** How {@link adamUpdate} and {@link adamwUpdate} update. */
export interface AdamUpdateOptions {
  /** The number of this update, counted from 1. */
  step: number;
  /** The rate of this update, default 1e-3. */
  learningRate?: number | undefined;
  /** How much of `expAvg` and of `expAvgSq` stays, default [0.9, 0.999]. */
  betas?: readonly [number, number] | undefined;
  /** What keeps the denominator from 0, outside the root and after the bias correction, default 1e-8. */
  eps?: number | undefined;
  /** How strongly the parameter decays, default 0.01 for AdamW, 0 for Adam. */
  weightDecay?: number | undefined;
  /** Whether to go up instead of down, default false. */
  maximize?: boolean | undefined;
  /**
   * Whether all tensors but the gradient are given up, default false: the results may then lie in their memory, and they
   * must not be read any more.
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

/** What {@link adamUpdate} and {@link adamwUpdate} return: new tensors. */
export type AdamUpdated = {
  /** The new parameter. */
  parameter: Tensor;
  /** The new running mean of the gradient. */
  expAvg: Tensor;
  /** The new running mean of the squared gradient. */
  expAvgSq: Tensor;
  /** The new largest `expAvgSq`, where there was one. */
  maxExpAvgSq?: Tensor | undefined;
};

/**
 * One update of Adam, as a function: what {@link Adam} does with each variable. Decay is L2.
 *
 * With g = gradient + weightDecay · parameter: m = β1·m + (1 − β1)·g, v = β2·v + (1 − β2)·g²,
 * parameter − learningRate · (m / (1 − β1^step)) / (√(v / (1 − β2^step)) + eps); m is expAvg, v is expAvgSq.
 */
export function adamUpdate(tensors: AdamTensors, options: AdamUpdateOptions): AdamUpdated {
  return adamRule(tensors, checkOptions('adamUpdate', options, ADAM_UPDATE_OPTIONS));
}

/** {@link adamUpdate} without the check of its options, which would cost every step of an optimizer. */
export function adamRule(
  tensors: AdamTensors,
  { weightDecay = 0, ...options }: AdamUpdateOptions,
): AdamUpdated {
  return update(tensors, options, { weightDecay, shrink: 1 });
}

/**
 * One update of AdamW, as a function: what {@link AdamW} does with each variable. Decay is decoupled: the parameter
 * is first multiplied by 1 − learningRate · weightDecay, and the rest is {@link adamUpdate} without decay.
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
  return adamwRule(tensors, checkOptions('adamwUpdate', options, ADAM_UPDATE_OPTIONS));
}

/** {@link adamwUpdate} without the check of its options, which would cost every step of an optimizer. */
export function adamwRule(
  tensors: AdamTensors,
  { learningRate = 1e-3, weightDecay = 0.01, ...options }: AdamUpdateOptions,
): AdamUpdated {
  const shrink = 1 - learningRate * weightDecay;
  return update(tensors, { learningRate, ...options }, { weightDecay: 0, shrink });
}

function update(
  { parameter, gradient, expAvg, expAvgSq, maxExpAvgSq }: AdamTensors,
  {
    step,
    learningRate = 1e-3,
    betas: [beta1, beta2] = [0.9, 0.999],
    eps = 1e-8,
    maximize = false,
    inPlace = false,
  }: Omit<AdamUpdateOptions, 'weightDecay'>,
  decay: { weightDecay: number; shrink: number },
): AdamUpdated {
  const attributes = {
    ...decay,
    beta1,
    beta2,
    eps,
    maximize,
    inPlace,
    stepSize: learningRate / (1 - beta1 ** step),
    correction: Math.sqrt(1 - beta2 ** step),
  };
  const inputs = { parameter, gradient, expAvg, expAvgSq };
  if (maxExpAvgSq === undefined) {
    const [next, mean, square] = adamStep(inputs, attributes);
    return { parameter: next, expAvg: mean, expAvgSq: square };
  }
  const [next, mean, square, largest] = adamAmsgradStep({ ...inputs, maxExpAvgSq }, attributes);
  return { parameter: next, expAvg: mean, expAvgSq: square, maxExpAvgSq: largest };
}
