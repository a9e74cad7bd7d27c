import { dispose, Tensor, type Variable } from '@tensorflow/tfjs-core';
import {
  checkFunction,
  checkInteger,
  checkNumber,
  checkOptions,
  expected,
  type OptionNames,
} from '@trainkit/checks';
import { preventCapture } from '@trainkit/kernels/capture';
import type { LearningRate } from './hyperparameters.js';

/** An object whose state {@link lrFinder} restores: a module, a generator, a loader. */
export interface Restorable {
  /** Returns the state. */
  stateDict(): unknown;
  /** Loads a state that {@link stateDict} returned. */
  loadStateDict(state: unknown): unknown;
}

/** An optimizer whose rates {@link lrFinder} sets: any of this package, or several as one. */
export interface FoundOptimizer extends Restorable {
  /** Its groups. */
  readonly paramGroups: readonly { readonly params: readonly Variable[]; learningRate: LearningRate }[];
}

/** Options of {@link lrFinder}. */
export interface LrFinderOptions {
  /** The optimizer with which `step` trains. */
  optimizer: FoundOptimizer;
  /**
   * The other objects that a step changes, to be restored too: the model, for its buffers;
   * generators, such as `defaultGenerator` of `@trainkit/random` where a layer draws from it; the
   * loader. Default none.
   */
  restore?: readonly Restorable[] | undefined;
  /** The first rate, default 1e-8. */
  start?: number | undefined;
  /** The last rate, default 1. */
  end?: number | undefined;
  /** The number of steps, each at a rate that is a constant factor larger; default 100. */
  steps?: number | undefined;
  /** The share of the running mean of losses that stays in each step, in [0, 1); default 0.98. */
  smoothing?: number | undefined;
  /** The loss at which the search stops, as a multiple of the smallest one so far; default 4. */
  divergence?: number | undefined;
}

const OPTIONS: OptionNames<LrFinderOptions> = {
  optimizer: true,
  restore: true,
  start: true,
  end: true,
  steps: true,
  smoothing: true,
  divergence: true,
};

/** The curve that {@link lrFinder} measured, and what it suggests. */
export interface LrFinderResult {
  /** The rate of each step. */
  rates: number[];
  /** The loss of each step, before its update. */
  losses: number[];
  /** The running means of the losses, without bias towards 0. */
  smoothed: number[];
  /**
   * The rate at which the smoothed loss falls fastest over the logarithm of the rate; null where it
   * falls nowhere. The first tenth of the steps and the last one are left out.
   */
  suggestion: number | null;
  /** The rate of the smallest smoothed loss, which is too large to train with; divide it by 10. */
  minimum: number | null;
  /** True where the loss diverged before the last rate. */
  diverged: boolean;
}

/**
 * Measures the loss over growing learning rates, and suggests one: the learning-rate range test.
 *
 * `step` takes one step of your training and returns its loss. Afterwards the optimizer's
 * variables, its state, its rates and everything in `restore` are as before, to the bit, also where
 * a step throws. Batches and generators that are not in `restore` have moved on.
 *
 * @param step returns the loss, a number or a scalar, which is disposed
 * @throws RangeError for rates, steps and factors out of their range
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { lrFinder, SGD } from '@trainkit/optimizers';
 *
 * const weight = tf.variable(tf.scalar(3));
 * const optimizer = new SGD([weight], { learningRate: 0.1 });
 * const step = () => optimizer.minimize(() => tf.square<tf.Scalar>(weight), true);
 * const { suggestion, diverged } = await lrFinder(step, { optimizer, start: 1e-4, end: 10, smoothing: 0 });
 * console.log(suggestion?.toFixed(2), diverged, weight.dataSync()[0]); // → 0.03 true 3
 * ```
 *
 * Source: L. Smith, "Cyclical Learning Rates for Training Neural Networks", WACV 2017, section 3.3.
 */
export async function lrFinder(
  step: () => Tensor | number | Promise<Tensor | number>,
  options: LrFinderOptions,
): Promise<LrFinderResult> {
  const {
    optimizer,
    restore = [],
    start = 1e-8,
    end = 1,
    steps = 100,
    smoothing = 0.98,
    divergence = 4,
  } = checkOptions('lrFinder', options, OPTIONS);
  preventCapture('it runs lrFinder; run it outside');
  checkFunction(
    'lrFinder',
    'step',
    step,
    'Write lrFinder(() => optimizer.minimize(loss, true), { optimizer }).',
  );
  checkOptimizer(optimizer);
  checkRestorable(restore);
  checkNumber('lrFinder', 'start', start, { above: 0 });
  checkNumber('lrFinder', 'end', end, { above: start });
  checkInteger('lrFinder', 'steps', steps, { min: 2 });
  checkNumber('lrFinder', 'smoothing', smoothing, { min: 0, below: 1 });
  checkNumber('lrFinder', 'divergence', divergence, { above: 1 });

  const undo = remember(optimizer, restore);
  const rates: number[] = [];
  const losses: number[] = [];
  const smoothed: number[] = [];
  let [mean, best, diverged] = [0, Infinity, false];
  try {
    for (let i = 0; i < steps; i++) {
      const learningRate = start * (end / start) ** (i / (steps - 1));
      for (const group of optimizer.paramGroups) group.learningRate = learningRate;
      const loss = await readLoss(await step());
      mean = smoothing * mean + (1 - smoothing) * loss;
      const value = mean / (1 - smoothing ** (i + 1));
      diverged = !(value <= best + (divergence - 1) * Math.abs(best));
      if (!Number.isFinite(loss)) break;
      rates.push(learningRate);
      losses.push(loss);
      smoothed.push(value);
      best = Math.min(best, value);
      if (diverged) break;
    }
  } finally {
    undo();
  }
  const lowest = smoothed.indexOf(best);
  return {
    rates,
    losses,
    smoothed,
    suggestion: steepest(rates, smoothed, Math.ceil(steps / 10)),
    minimum: rates[lowest] ?? null,
    diverged,
  };
}

/** The rate at which values fall fastest, by the differences of their neighbours. */
function steepest(rates: readonly number[], values: readonly number[], first: number): number | null {
  let [found, least]: [number | null, number] = [null, 0];
  for (let i = first; i < values.length - 1; i++) {
    // Rates grow by a constant factor, so that all differences are over the same distance.
    const slope = values[i + 1]! - values[i - 1]!;
    if (slope < least) [found, least] = [rates[i]!, slope];
  }
  return found;
}

/** Copies all state, and returns the function that restores it once and frees the copies. */
function remember(optimizer: FoundOptimizer, restore: readonly Restorable[]): () => void {
  const copies: Tensor[] = [];
  const rates = optimizer.paramGroups.map(({ learningRate }) => learningRate);
  const variables = optimizer.paramGroups.flatMap(({ params }) =>
    params.map((variable) => ({ variable, value: variable.clone() })),
  );
  copies.push(...variables.map(({ value }) => value));
  const state = copyOf(optimizer.stateDict(), copies);
  const states = restore.map((each) => copyOf(each.stateDict(), copies));
  return () => {
    for (const [i, group] of optimizer.paramGroups.entries()) group.learningRate = rates[i]!;
    for (const { variable, value } of variables) variable.assign(value);
    optimizer.loadStateDict(state);
    for (const [i, each] of restore.entries()) each.loadStateDict(states[i]);
    dispose(copies);
  };
}

/** Copies a state, whose tensors and arrays may change; the new tensors are added to `copies`. */
function copyOf(value: unknown, copies: Tensor[]): unknown {
  if (value instanceof Tensor) {
    const copy = value.clone();
    copies.push(copy);
    return copy;
  }
  if (ArrayBuffer.isView(value)) return structuredClone(value);
  if (Array.isArray(value)) return value.map((item) => copyOf(item, copies));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, copyOf(item, copies)]));
}

async function readLoss(loss: unknown): Promise<number> {
  if (typeof loss === 'number') return loss;
  if (loss instanceof Tensor && loss.size === 1) {
    const [value = Number.NaN] = await loss.data();
    loss.dispose();
    return value;
  }
  throw new TypeError(
    expected(
      'lrFinder',
      'what step returned',
      loss,
      'the loss',
      'Write optimizer.minimize(loss, true), with true.',
    ),
  );
}

function checkOptimizer(optimizer: FoundOptimizer): void {
  const given: unknown = optimizer;
  const isObject = typeof given === 'object' && given !== null;
  if (!isObject || !('paramGroups' in given) || !('stateDict' in given)) {
    throw new TypeError(expected('lrFinder', 'optimizer', given, 'an optimizer of this package'));
  }
  if (optimizer.paramGroups.some(({ params }) => params.length > 0)) return;
  throw new TypeError(
    'lrFinder: the optimizer takes every variable; expected one with variables of its own. ' +
      'Write new AdamW(variables, options) in place of adamw(options).',
  );
}

function checkRestorable(restore: readonly Restorable[]): void {
  const given: unknown = restore;
  if (!Array.isArray(given)) {
    throw new TypeError(expected('lrFinder', 'restore', given, 'an array', 'Write { restore: [model] }.'));
  }
  for (const [i, each] of given.entries()) {
    const isStateful =
      typeof each === 'object' && each !== null && 'stateDict' in each && 'loadStateDict' in each;
    if (isStateful) continue;
    const expectation = 'an object with stateDict() and loadStateDict(state)';
    throw new TypeError(expected('lrFinder', `restore[${i}]`, each, expectation));
  }
}
