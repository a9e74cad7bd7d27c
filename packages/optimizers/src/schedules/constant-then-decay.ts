import {
  checkInteger,
  checkNumber,
  checkOneOf,
  checkOptions,
  expected,
  type OptionNames,
} from '@trainkit/checks';
import type { Schedule } from '../hyperparameters.js';
import { anneal } from './cosine.js';
import { straight } from './one-cycle.js';

/** Options of {@link constantThenDecay}. */
export interface ConstantThenDecayOptions {
  /** The number of steps of the whole run. */
  steps: number;
  /** The number of its last steps in which the rate falls. */
  decaySteps: number;
  /** The number of its first steps in which the rate rises from 0, default 0. */
  warmupSteps?: number | undefined;
  /** The rate after the last step, default 0. */
  end?: number | undefined;
  /**
   * The shape of the fall, default 'linear'; 'squareRoot' is 1 − √part, which falls fast at first.
   */
  anneal?: 'linear' | 'cosine' | 'squareRoot' | undefined;
}

const CONSTANT_THEN_DECAY: OptionNames<ConstantThenDecayOptions> = {
  steps: true,
  decaySteps: true,
  warmupSteps: true,
  end: true,
  anneal: true,
};

const SLOPES = {
  linear: straight,
  cosine: anneal,
  squareRoot: (from: number, to: number, part: number) => straight(from, to, Math.sqrt(part)),
};

/**
 * A warm-up, a constant rate, and a decay at the end of the run: "warmup-stable-decay" (WSD).
 *
 * With w = warmupSteps and d = steps − decaySteps: rate(t) = rate · t / w up to w, `rate` up to d,
 * then from `rate` to `end` by the shape. A longer run differs only in its end, so that it may go
 * on from a checkpoint before the decay.
 *
 * @throws RangeError for a negative rate, and where warm-up and decay are longer than the run
 *
 * @example
 * ```ts
 * import { constantThenDecay } from '@trainkit/optimizers';
 *
 * const schedule = constantThenDecay(1, { steps: 8, decaySteps: 4, warmupSteps: 2 });
 * console.log([0, 1, 2, 3, 4, 5, 6, 7, 8].map(schedule).join(' ')); // → 0 0.5 1 1 1 0.75 0.5 0.25 0
 * ```
 *
 * Source: S. Hu et al., "MiniCPM", 2024; A. Hägele et al., "Scaling Laws and Compute-Optimal
 * Training Beyond Fixed Training Durations", NeurIPS 2024.
 */
export function constantThenDecay(rate: number, options: ConstantThenDecayOptions): Schedule {
  const where = 'constantThenDecay';
  const {
    steps,
    decaySteps,
    warmupSteps = 0,
    end = 0,
    anneal: shape = 'linear',
  } = checkOptions(where, options, CONSTANT_THEN_DECAY);
  checkNumber(where, 'rate', rate, { min: 0 });
  checkNumber(where, 'end', end, { min: 0 });
  checkInteger(where, 'steps', steps, { min: 1 });
  checkInteger(where, 'decaySteps', decaySteps, { min: 0 });
  checkInteger(where, 'warmupSteps', warmupSteps, { min: 0 });
  checkOneOf(where, 'anneal', shape, ['linear', 'cosine', 'squareRoot']);
  if (warmupSteps + decaySteps > steps) {
    const expectation = `at most ${steps - warmupSteps}, the steps after the warm-up`;
    throw new RangeError(expected(where, 'decaySteps', decaySteps, expectation));
  }
  const slope = SLOPES[shape];
  const begin = steps - decaySteps;
  return (step) => {
    if (step < warmupSteps) return (rate * step) / warmupSteps;
    if (step >= steps) return end;
    return step <= begin ? rate : slope(rate, end, (step - begin) / decaySteps);
  };
}
