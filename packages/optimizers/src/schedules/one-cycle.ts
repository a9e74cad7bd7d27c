import {
  checkFlag,
  checkInteger,
  checkNumber,
  checkOneOf,
  checkOptions,
  expected,
  type OptionNames,
} from '@trainkit/checks';
import type { Schedule } from '../hyperparameters.js';
import { anneal } from './cosine.js';

/** Options of the phases of a cycle, which its rate and its momentum have in common. */
export interface OneCyclePhaseOptions {
  /** The number of steps of the whole cycle: PyTorch's total_steps. */
  steps: number;
  /**
   * The part of the cycle in which the rate rises, in [0, 1], default 0.3: PyTorch's pct_start.
   */
  warmup?: number | undefined;
  /** The shape of each slope, default 'cosine'. */
  anneal?: 'cosine' | 'linear' | undefined;
  /** True for a rate that first falls back to its start, as long as it rose; default false. */
  threePhase?: boolean | undefined;
}

/** Options of {@link oneCycle}. */
export interface OneCycleOptions extends OneCyclePhaseOptions {
  /** The peak divided by the first rate, default 25. */
  divFactor?: number | undefined;
  /** The first rate divided by the last one, default 1e4. */
  finalDivFactor?: number | undefined;
}

const PHASES: OptionNames<OneCyclePhaseOptions> = {
  steps: true,
  warmup: true,
  anneal: true,
  threePhase: true,
};

const ONE_CYCLE: OptionNames<OneCycleOptions> = { ...PHASES, divFactor: true, finalDivFactor: true };

/**
 * Up to `peak` and far down again: PyTorch's `OneCycleLR`.
 *
 * A cycle whose rise is shorter than a step begins on the way down. PyTorch's
 * `cycle_momentum` is a schedule of its own, {@link oneCycleMomentum}.
 *
 * The trap: past its end PyTorch's throws, and for a rise of exactly one step it divides by 0; this
 * stays at the last rate, and begins at the peak.
 *
 * @throws RangeError for a negative peak, a factor of 0 or less, a warm-up that is no part, and no
 *   steps
 *
 * @example
 * ```ts
 * import { oneCycle } from '@trainkit/optimizers';
 *
 * const schedule = oneCycle(1, { steps: 10, warmup: 0.5, divFactor: 4 });
 * console.log([0, 2, 4, 7, 9].map((step) => schedule(step).toFixed(3)).join(' ')); // → 0.250 0.625 1.000 0.346 0.000
 * ```
 *
 * Source: L. Smith, N. Topin, "Super-Convergence: Very Fast Training of Neural Networks Using Large
 * Learning Rates", 2018.
 */
export function oneCycle(peak: number, options: OneCycleOptions): Schedule {
  const { divFactor = 25, finalDivFactor = 1e4, ...phases } = checkOptions('oneCycle', options, ONE_CYCLE);
  checkNumber('oneCycle', 'peak', peak, { min: 0 });
  checkNumber('oneCycle', 'divFactor', divFactor, { above: 0 });
  checkNumber('oneCycle', 'finalDivFactor', finalDivFactor, { above: 0 });
  const first = peak / divFactor;
  return cycle('oneCycle', phases, { first, peak, last: first / finalDivFactor });
}

/** Options of {@link oneCycleMomentum}. */
export interface OneCycleMomentumOptions extends OneCyclePhaseOptions {
  /** The momentum at the peak of the rate, in [0, 1), default 0.85. */
  baseMomentum?: number | undefined;
  /** The momentum at both ends, in [0, 1), default 0.95. */
  maxMomentum?: number | undefined;
}

const ONE_CYCLE_MOMENTUM: OptionNames<OneCycleMomentumOptions> = {
  ...PHASES,
  baseMomentum: true,
  maxMomentum: true,
};

/**
 * The momentum beside {@link oneCycle}, which falls where the rate rises: `cycle_momentum` of
 * PyTorch's `OneCycleLR`. Set it before each step, as `momentum` or as the first of `betas`.
 *
 * The trap: PyTorch's cycles the momentum by default; here it is constant until you set it.
 *
 * @throws RangeError for a momentum outside [0, 1), and where {@link oneCycle} does
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { oneCycle, oneCycleMomentum, SGD } from '@trainkit/optimizers';
 *
 * const weight = tf.variable(tf.scalar(1));
 * const optimizer = new SGD([weight], { learningRate: oneCycle(0.1, { steps: 10 }), momentum: 0.95 });
 * const momentum = oneCycleMomentum({ steps: 10 });
 * for (let i = 0; i < 10; i++) {
 *   for (const group of optimizer.paramGroups) group.momentum = momentum(optimizer.iterations);
 *   optimizer.minimize(() => tf.square<tf.Scalar>(weight));
 * }
 * console.log([0, 1, 2, 9].map((step) => momentum(step).toFixed(2)).join(' ')); // → 0.95 0.90 0.85 0.95
 * ```
 */
export function oneCycleMomentum(options: OneCycleMomentumOptions): Schedule {
  const {
    baseMomentum = 0.85,
    maxMomentum = 0.95,
    ...phases
  } = checkOptions('oneCycleMomentum', options, ONE_CYCLE_MOMENTUM);
  checkNumber('oneCycleMomentum', 'baseMomentum', baseMomentum, { min: 0, below: 1 });
  checkNumber('oneCycleMomentum', 'maxMomentum', maxMomentum, { min: 0, below: 1 });
  return cycle('oneCycleMomentum', phases, { first: maxMomentum, peak: baseMomentum, last: maxMomentum });
}

/** A value that goes from `first` to `peak`, with three phases back to `first`, and to `last`. */
function cycle(
  where: string,
  { steps, warmup = 0.3, anneal: shape = 'cosine', threePhase = false }: OneCyclePhaseOptions,
  { first, peak, last }: { first: number; peak: number; last: number },
): Schedule {
  checkOneOf(where, 'anneal', shape, ['cosine', 'linear']);
  checkFlag(where, 'threePhase', threePhase);
  checkInteger(where, 'steps', steps, { min: 1 });
  checkWarmup(where, warmup, threePhase);
  const up = warmup * steps - 1;
  const ends = [
    { at: up, value: peak },
    ...(threePhase ? [{ at: 2 * up, value: first }] : []),
    { at: steps - 1, value: last },
  ];
  const slope = shape === 'cosine' ? anneal : straight;
  return (step) => {
    let from = { at: 0, value: first };
    for (const to of ends) {
      if (step <= to.at) {
        const part = to.at > from.at ? (step - from.at) / (to.at - from.at) : 1;
        return slope(from.value, to.value, part);
      }
      from = to;
    }
    return last;
  };
}

/** The value at a part of the way in a straight line; at `to` from part 1 on. */
export function straight(from: number, to: number, part: number): number {
  return part >= 1 ? to : from + (to - from) * part;
}

function checkWarmup(where: string, warmup: number, threePhase: boolean): void {
  const most = threePhase ? 0.5 : 1;
  if (warmup >= 0 && warmup <= most) return;
  const limits = `from 0 to ${most}${threePhase ? ' with threePhase' : ''}`;
  throw new RangeError(
    expected(where, 'warmup', warmup, `the part of the steps in which the rate rises, ${limits}`),
  );
}
