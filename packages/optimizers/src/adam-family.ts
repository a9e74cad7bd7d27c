import { getBackend, type serialization, zerosLike } from '@tensorflow/tfjs-core';
import { adamNative, adamScales } from './adam.native.js';
import type { AdamTensors, AdamUpdated, AdamUpdateOptions } from './adam-update.js';
import { describeValue } from './describe.js';
import { checkFlag, checkLearningRate, checkNonNegative, type LearningRate } from './hyperparameters.js';
import { ParameterOptimizer } from './optimizer.js';
import type { Update, Updated } from './update.js';

/** Options of {@link Adam} and {@link AdamW}, for the optimizer and for each of its groups. */
export interface AdamOptions {
  /** The learning rate, a number of at least 0 or a schedule `(step) => rate`, default 1e-3. */
  learningRate?: LearningRate;
  /** How much of the running means of the gradient and of its square stays, each in [0, 1), default [0.9, 0.999]. */
  betas?: readonly [number, number];
  /** What keeps the denominator from 0, outside the root, default 1e-8. */
  eps?: number;
  /** How strongly the parameters decay, default 0.01 for AdamW (decoupled), 0 for Adam (L2). */
  weightDecay?: number;
  /** Whether to divide by the largest mean square so far instead of the current one, default false. */
  amsgrad?: boolean;
  /** Whether to go up instead of down, default false. */
  maximize?: boolean;
}

const MEAN = 'exp_avg';
const SQUARE = 'exp_avg_sq';
const LARGEST = 'max_exp_avg_sq';

/** What Adam and AdamW share: everything but where the decay enters, which `rule` says. */
export abstract class AdamFamily extends ParameterOptimizer<Required<AdamOptions>> {
  protected override readonly stateKeys = [MEAN, SQUARE, LARGEST];
  protected override readonly requiredKeys = [MEAN, SQUARE];

  /** The update as a function. */
  protected abstract readonly rule: (tensors: AdamTensors, options: AdamUpdateOptions) => AdamUpdated;

  /** Whether the decay is that of AdamW. */
  protected abstract readonly decoupled: boolean;

  protected override check(where: string, options: Required<AdamOptions>): void {
    checkLearningRate(where, options.learningRate);
    checkBetas(where, options.betas);
    checkNonNegative(where, 'eps', options.eps);
    checkNonNegative(where, 'weightDecay', options.weightDecay);
    checkFlag(where, 'amsgrad', options.amsgrad);
    checkFlag(where, 'maximize', options.maximize);
  }

  protected override update(step: Update<Required<AdamOptions>>): Updated {
    const { parameter, gradient, state, group } = step;
    const native = getBackend() === 'tensorflow';
    const { mean, square } = native ? adamScales(group.betas) : { mean: 1, square: 1 };
    const before = (key: string, scale: number) => state.get(key, scale) ?? zerosLike(parameter);
    const averages = { expAvg: before(MEAN, mean), expAvgSq: before(SQUARE, square) };
    const largest = group.amsgrad ? { maxExpAvgSq: before(LARGEST, square) } : {};
    const tensors = { parameter, gradient, ...averages, ...largest };
    const { maxExpAvgSq, ...updated } = native ? this.#native(tensors, step) : this.#plain(tensors, step);
    return {
      parameter: updated.parameter,
      state: {
        [MEAN]: { tensor: updated.expAvg, scale: mean },
        [SQUARE]: { tensor: updated.expAvgSq, scale: square },
        ...(maxExpAvgSq === undefined ? {} : { [LARGEST]: { tensor: maxExpAvgSq, scale: square } }),
      },
    };
  }

  #plain(tensors: AdamTensors, { state, group, rate }: Update<Required<AdamOptions>>): AdamUpdated {
    const { betas, eps, weightDecay, maximize } = group;
    const hyper = { learningRate: rate(), betas, eps, weightDecay, maximize };
    return this.rule(tensors, { step: state.step, ...hyper, inPlace: true });
  }

  #native(tensors: AdamTensors, { state, group, rate }: Update<Required<AdamOptions>>): AdamUpdated {
    const { betas, eps, weightDecay, maximize } = group;
    const constants = { betas, eps, maximize };
    const varying = { step: () => state.step, learningRate: rate, shrink: () => 1 - rate() * weightDecay };
    return adamNative(
      tensors,
      this.decoupled
        ? { ...constants, weightDecay: 0, shrinks: weightDecay !== 0 }
        : { ...constants, weightDecay, shrinks: false },
      varying,
    );
  }

  protected override configOf(options: Required<AdamOptions>): serialization.ConfigDict {
    const { betas, eps, weightDecay, amsgrad, maximize } = options;
    return { betas: [...betas], eps, weightDecay, amsgrad, maximize };
  }
}

function checkBetas(where: string, betas: readonly [number, number]): void {
  const given: readonly number[] = betas;
  if (
    Array.isArray(given) &&
    given.length === 2 &&
    given.every((beta) => typeof beta === 'number' && beta >= 0 && beta < 1)
  )
    return;
  const received = Array.isArray(given) ? `[${given.map(describeValue).join(', ')}]` : describeValue(given);
  throw new RangeError(
    `${where}: betas must be two numbers, each at least 0 and below 1; received ${received}.`,
  );
}
