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

/** Options of {@link oneCycle}. */
export interface OneCycleOptions {
  /** The number of steps of the whole cycle: PyTorch's total_steps. */
  steps: number;
  /**
   * The part of the cycle in which the rate rises, between 0 and 1, default 0.3: PyTorch's
   * pct_start.
   */
  warmup?: number | undefined;
  /** How many times smaller than the peak the first rate is, default 25. */
  divFactor?: number | undefined;
  /** How many times smaller than the first rate the last is, default 1e4. */
  finalDivFactor?: number | undefined;
  /** The shape of each slope, default 'cosine'. */
  anneal?: 'cosine' | 'linear' | undefined;
  /** Whether the rate first falls back to where it began, as long as it rose, default false. */
  threePhase?: boolean | undefined;
}

const ONE_CYCLE: OptionNames<OneCycleOptions> = {
  steps: true,
  warmup: true,
  divFactor: true,
  finalDivFactor: true,
  anneal: true,
  threePhase: true,
};

/**
 * Up to `peak` and far down again: PyTorch's `OneCycleLR`.
 *
 * The trap: past its end PyTorch's throws; this stays at the last rate.
 *
 * @throws RangeError for a negative peak, a factor of 0 or less, a warm-up that is no part, and
 *   fewer than two steps
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
  const {
    steps,
    warmup = 0.3,
    divFactor = 25,
    finalDivFactor = 1e4,
    anneal: shape = 'cosine',
    threePhase = false,
  } = checkOptions('oneCycle', options, ONE_CYCLE);
  checkNumber('oneCycle', 'peak', peak, { min: 0 });
  checkNumber('oneCycle', 'divFactor', divFactor, { above: 0 });
  checkNumber('oneCycle', 'finalDivFactor', finalDivFactor, { above: 0 });
  checkOneOf('oneCycle', 'anneal', shape, ['cosine', 'linear']);
  checkFlag('oneCycle', 'threePhase', threePhase);
  checkInteger('oneCycle', 'steps', steps, { min: 2 });
  checkWarmup(steps, warmup, threePhase);
  const first = peak / divFactor;
  const last = first / finalDivFactor;
  const up = warmup * steps - 1;
  const ends = threePhase
    ? [
        { at: up, rate: peak },
        { at: 2 * up, rate: first },
        { at: steps - 1, rate: last },
      ]
    : [
        { at: up, rate: peak },
        { at: steps - 1, rate: last },
      ];
  const slope = shape === 'cosine' ? anneal : straight;
  return (step) => {
    let from = { at: 0, rate: first };
    for (const to of ends) {
      if (step <= to.at) return slope(from.rate, to.rate, (step - from.at) / (to.at - from.at));
      from = to;
    }
    return last;
  };
}

function straight(from: number, to: number, part: number): number {
  return part >= 1 ? to : from + (to - from) * part;
}

function checkWarmup(steps: number, warmup: number, threePhase: boolean): void {
  const most = threePhase ? 0.5 : 1;
  if (warmup > 0 && warmup <= most && warmup * steps > 1) return;
  const limits = `more than one step and at most ${most}${threePhase ? ' with threePhase' : ''}`;
  throw new RangeError(
    expected(
      'oneCycle',
      'warmup',
      warmup,
      `the part of the ${steps} steps in which the rate rises, ${limits}`,
    ),
  );
}
