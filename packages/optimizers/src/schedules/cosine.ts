import { checkInteger, checkNumber, checkOptions, type OptionNames } from '@trainkit/checks';
import type { Schedule } from '../hyperparameters.js';

/** Options of {@link cosine}. */
export interface CosineOptions {
  /** The number of steps that it takes: PyTorch's T_max. */
  steps: number;
  /** The rate after them, default 0: PyTorch's eta_min. */
  end?: number | undefined;
}

const COSINE: OptionNames<CosineOptions> = { steps: true, end: true };

/**
 * From `start` to `end` along half a cosine, then `end`: PyTorch's `CosineAnnealingLR` up to its
 * T_max.
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
 * Source: I. Loshchilov, F. Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts", ICLR
 * 2017.
 */
export function cosine(start: number, options: CosineOptions): Schedule {
  const { steps, end = 0 } = checkOptions('cosine', options, COSINE);
  checkNumber('cosine', 'start', start, { min: 0 });
  checkNumber('cosine', 'end', end, { min: 0 });
  checkInteger('cosine', 'steps', steps, { min: 1 });
  return (step) => anneal(start, end, step / steps);
}

/** Options of {@link cosineWarmRestarts}. */
export interface CosineWarmRestartsOptions {
  /** The number of steps to the first restart: PyTorch's T_0. */
  period: number;
  /**
   * The length of each period divided by that of the one before, a whole number, default 1:
   * PyTorch's T_mult.
   */
  multiplier?: number | undefined;
  /** The rate that each period falls towards, default 0: PyTorch's eta_min. */
  end?: number | undefined;
}

const COSINE_WARM_RESTARTS: OptionNames<CosineWarmRestartsOptions> = {
  period: true,
  multiplier: true,
  end: true,
};

/**
 * Falls from `start` towards `end` along half a cosine, again and again: PyTorch's
 * `CosineAnnealingWarmRestarts`.
 *
 * @throws RangeError for a negative rate, and a period or multiplier that is no whole number of at
 *   least 1
 *
 * @example
 * ```ts
 * import { cosineWarmRestarts } from '@trainkit/optimizers';
 *
 * const schedule = cosineWarmRestarts(1, { period: 2, multiplier: 2 });
 * console.log([0, 1, 2, 3, 4, 5, 6].map((step) => schedule(step).toFixed(2)).join(' ')); // → 1.00 0.50 1.00 0.85 0.50 0.15 1.00
 * ```
 *
 * Source: I. Loshchilov, F. Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts", ICLR
 * 2017.
 */
export function cosineWarmRestarts(start: number, options: CosineWarmRestartsOptions): Schedule {
  const {
    period,
    multiplier = 1,
    end = 0,
  } = checkOptions('cosineWarmRestarts', options, COSINE_WARM_RESTARTS);
  checkNumber('cosineWarmRestarts', 'start', start, { min: 0 });
  checkNumber('cosineWarmRestarts', 'end', end, { min: 0 });
  checkInteger('cosineWarmRestarts', 'period', period, { min: 1 });
  checkInteger('cosineWarmRestarts', 'multiplier', multiplier, { min: 1 });
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
