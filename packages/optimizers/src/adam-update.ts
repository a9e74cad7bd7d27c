import { scalar, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { checkOptions, type OptionNames } from '@trainkit/checks';
import { stepNumber } from '@trainkit/kernels';
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
  const { weightDecay = 0, ...rest } = checkOptions('adamUpdate', options, ADAM_UPDATE_OPTIONS);
  return updateOnce(tensors, rest, { weightDecay, decoupled: 0 });
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
  const { weightDecay = 0.01, ...rest } = checkOptions('adamwUpdate', options, ADAM_UPDATE_OPTIONS);
  return updateOnce(tensors, rest, { weightDecay: 0, decoupled: weightDecay });
}

function updateOnce(
  tensors: AdamTensors,
  {
    step,
    learningRate = 1e-3,
    betas = [0.9, 0.999],
    eps = 1e-8,
    maximize = false,
    inPlace = false,
  }: Omit<AdamUpdateOptions, 'weightDecay'>,
  decay: AdamDecay,
): AdamUpdated {
  const constants = { betas, eps, maximize, inPlace, ...decay };
  return tidy(() => adamRule(tensors, constants, { step: () => step, learningRate: () => learningRate }));
}

/** How the parameter decays. */
interface AdamDecay {
  /** What the gradient gets of the parameter: L2. */
  weightDecay: number;
  /** The decay of AdamW, times the learning rate. */
  decoupled: number;
}

/** The options that a recorded step relies on. */
interface AdamConstants extends AdamDecay {
  betas: readonly [number, number];
  eps: number;
  maximize: boolean;
  inPlace: boolean;
}

/** What each step reads anew. */
interface AdamVarying {
  step: () => number;
  learningRate: () => number;
}

/** One update, in a tidy; a recorder can record it. */
export function adamRule(
  { maxExpAvgSq, ...state }: AdamTensors,
  { betas: [beta1, beta2], eps, maximize, inPlace, weightDecay, decoupled }: AdamConstants,
  { step, learningRate }: AdamVarying,
): AdamUpdated {
  const correction = () => Math.sqrt(1 - beta2 ** step());
  const inputs = {
    ...state,
    rate: stepNumber(() => (learningRate() / (1 - beta1 ** step())) * correction()),
    eps: stepNumber(() => eps * correction()),
    shrink: decoupled !== 0 ? stepNumber(() => 1 - learningRate() * decoupled) : scalar(1),
  };
  const attributes = { beta1, beta2, weightDecay, maximize, inPlace };
  if (maxExpAvgSq === undefined) {
    const [parameter, expAvg, expAvgSq] = adamStep(inputs, attributes);
    return { parameter, expAvg, expAvgSq };
  }
  const [parameter, expAvg, expAvgSq, largest] = adamAmsgradStep({ ...inputs, maxExpAvgSq }, attributes);
  return { parameter, expAvg, expAvgSq, maxExpAvgSq: largest };
}
