import { checkOptions } from '../describe.js';
import type { Schedule } from '../hyperparameters.js';
import { checkRate, checkSteps } from './checks.js';

/** Options of {@link cosine}. */
export interface CosineOptions {
  /** The number of steps that it takes: PyTorch's T_max. */
  steps: number;
  /** The rate after them, default 0: PyTorch's eta_min. */
  end?: number;
}

/**
 * From `start` to `end` along half a cosine, then `end`: PyTorch's `CosineAnnealingLR` up to its T_max.
 *
 * rate(t) = end + (start − end) · (1 + cos(π · min(t / steps, 1))) / 2
 *
 * The trap: PyTorch's rises again after T_max, back to `start` at 2 · T_max; this stays at `end`.
 *
 * @throws RangeError for a negative rate and fewer than one step
 *
 * @example
 * ```ts
 * import { cosine } from '@trainkit/optimizers';
 *
 * const schedule = cosine(1, { steps: 4 });
 * console.log([0, 1, 2, 3, 4, 5].map((step) => schedule(step).toFixed(3)).join(' ')); // → 1.000 0.854 0.500 0.146 0.000 0.000
 * ```
 *
 * Source: I. Loshchilov, F. Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts", ICLR 2017.
 */
export function cosine(start: number, options: CosineOptions): Schedule {
  checkOptions('cosine', options, '{ steps: 100 }');
  const { steps, end = 0 } = options;
  checkRate('cosine', 'the starting rate', start);
  checkRate('cosine', 'end', end);
  checkSteps('cosine', 'steps', steps);
  return (step) => anneal(start, end, step / steps);
}

/** Options of {@link cosineWarmRestarts}. */
export interface CosineWarmRestartsOptions {
  /** The number of steps to the first restart: PyTorch's T_0. */
  period: number;
  /** How many times longer each period is than the one before, a whole number, default 1: PyTorch's T_mult. */
  multiplier?: number;
  /** The rate that each period falls towards, default 0: PyTorch's eta_min. */
  end?: number;
}

/**
 * Falls from `start` towards `end` along half a cosine, again and again: PyTorch's `CosineAnnealingWarmRestarts`.
 *
 * @throws RangeError for a negative rate, and a period or multiplier that is no whole number of at least 1
 *
 * @example
 * ```ts
 * import { cosineWarmRestarts } from '@trainkit/optimizers';
 *
 * const schedule = cosineWarmRestarts(1, { period: 2, multiplier: 2 });
 * console.log([0, 1, 2, 3, 4, 5, 6].map((step) => schedule(step).toFixed(2)).join(' ')); // → 1.00 0.50 1.00 0.85 0.50 0.15 1.00
 * ```
 *
 * Source: I. Loshchilov, F. Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts", ICLR 2017.
 */
export function cosineWarmRestarts(start: number, options: CosineWarmRestartsOptions): Schedule {
  checkOptions('cosineWarmRestarts', options, '{ period: 100 }');
  const { period, multiplier = 1, end = 0 } = options;
  checkRate('cosineWarmRestarts', 'the starting rate', start);
  checkRate('cosineWarmRestarts', 'end', end);
  checkSteps('cosineWarmRestarts', 'period', period);
  checkSteps('cosineWarmRestarts', 'multiplier', multiplier);
  return (step) => {
    if (multiplier === 1) return anneal(start, end, (step % period) / period);
    let [length, since] = [period, step];
    while (since >= length) {
      since -= length;
      length *= multiplier;
    }
    return anneal(start, end, since / length);
  };
}

/** Half a cosine from `from`, at part 0, to `to`, from part 1 on. */
export function anneal(from: number, to: number, part: number): number {
  return part >= 1 ? to : to + ((from - to) * (1 + Math.cos(Math.PI * part))) / 2;
}
