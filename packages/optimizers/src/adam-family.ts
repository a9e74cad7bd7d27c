import { getBackend, type serialization, zerosLike } from '@tensorflow/tfjs-core';
import { checkFlag, checkNumber, expected, type OptionNames } from '@trainkit/checks';
import { adamNative, adamScales } from './adam.native.js';
import { type AdamTensors, type AdamUpdated, adamRule } from './adam-update.js';
import { type Complete, checkLearningRate, type LearningRate } from './hyperparameters.js';
import { ParameterOptimizer } from './optimizer.js';
import type { Update, Updated } from './update.js';

/** Options of {@link Adam} and {@link AdamW}, for the optimizer and for each of its groups. */
export interface AdamOptions {
  /** The learning rate, a number of at least 0 or a schedule `(step) => rate`, default 1e-3. */
  learningRate?: LearningRate | undefined;
  /** How much of the running means of the gradient and of its square stays, each in [0, 1), default [0.9, 0.999]. */
  betas?: readonly [number, number] | undefined;
  /** What keeps the denominator from 0, outside the root, default 1e-8. */
  eps?: number | undefined;
  /** How strongly the parameters decay, default 0.01 for AdamW (decoupled), 0 for Adam (L2). */
  weightDecay?: number | undefined;
  /** Whether to divide by the largest mean square so far instead of the current one, default false. */
  amsgrad?: boolean | undefined;
  /** Whether to go up instead of down, default false. */
  maximize?: boolean | undefined;
}

export const ADAM_OPTIONS: OptionNames<AdamOptions> = {
  learningRate: true,
  betas: true,
  eps: true,
  weightDecay: true,
  amsgrad: true,
  maximize: true,
};

type Hyper = Complete<AdamOptions>;

const MEAN = 'exp_avg';
const SQUARE = 'exp_avg_sq';
const LARGEST = 'max_exp_avg_sq';

/** What Adam and AdamW share: everything but where the decay enters, which `decoupled` says. */
export abstract class AdamFamily extends ParameterOptimizer<Hyper> {
  protected override readonly stateKeys = [MEAN, SQUARE, LARGEST];
  protected override readonly requiredKeys = [MEAN, SQUARE];

  /** Whether the decay is that of AdamW. */
  protected abstract readonly decoupled: boolean;

  protected override check(where: string, group: Hyper): void {
    checkLearningRate(where, group.learningRate);
    checkBetas(where, group.betas);
    checkNumber(where, 'eps', group.eps, { min: 0 });
    checkNumber(where, 'weightDecay', group.weightDecay, { min: 0 });
    checkFlag(where, 'amsgrad', group.amsgrad);
    checkFlag(where, 'maximize', group.maximize);
  }

  protected override update(step: Update<Hyper>): Updated {
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

  #plain(tensors: AdamTensors, { state, group, rate }: Update<Hyper>): AdamUpdated {
    const { betas, eps, weightDecay, maximize } = group;
    const decay = this.decoupled ? { weightDecay: 0, decoupled: weightDecay } : { weightDecay, decoupled: 0 };
    return adamRule(
      tensors,
      { betas, eps, maximize, inPlace: true, ...decay },
      { step: () => state.step, learningRate: rate },
    );
  }

  #native(tensors: AdamTensors, { state, group, rate }: Update<Hyper>): AdamUpdated {
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

  protected override configOf(group: Hyper): serialization.ConfigDict {
    const { betas, eps, weightDecay, amsgrad, maximize } = group;
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
  throw new RangeError(expected(where, 'betas', given, 'two numbers, each at least 0 and below 1'));
}
