import {
  checkInteger,
  checkNumber,
  checkOneOf,
  checkOptions,
  expected,
  type OptionNames,
} from '@trainkit/checks';
import type { Stateful } from '../state/stateful.js';

/** A validation's step and numbers. */
export interface Validated {
  /** The step after which the model was validated. */
  readonly step: number;
  /** Numbers by name, such as `validation/loss`. */
  readonly values: Readonly<Record<string, number>>;
}

/** A criterion for the best validation and for the end of a training. */
export interface StopCriterion extends Stateful {
  /** Records the next validation; returns true if it is the best so far. */
  update(validated: Validated): boolean;
  /** The best validation so far, or null before the first. */
  readonly best: Validated | null;
  /** True if the training should stop. */
  readonly stops: boolean;
}

/** Options of {@link bestBy}. */
export interface BestOptions {
  /** The name of the metric that decides, such as `'validation/loss'`. */
  metric: string;
  /**
   * `'min'`: smaller is better; `'max'`: larger is better. Default: `'min'` if the name ends in
   * `loss`, `error`, `mse`, `mae`, `rmse` or `perplexity`; otherwise required.
   */
  mode?: 'min' | 'max' | undefined;
  /** The smallest improvement that counts. Default 0. */
  threshold?: number | undefined;
}

/** Options of {@link earlyStopping}. */
export interface EarlyStoppingOptions extends BestOptions {
  /**
   * The patience: validations in a row without an improvement until the training stops, at least 1.
   */
  patience: number;
}

/** The state of an {@link EarlyStopping}, plain JSON. */
export interface EarlyStoppingState {
  /** The best validation, or null before the first. */
  best: Validated | null;
  /** The number of validations in a row without an improvement. */
  worse: number;
}

const BEST_OPTIONS: OptionNames<BestOptions> = { metric: true, mode: true, threshold: true };
const STOPPING_OPTIONS: OptionNames<EarlyStoppingOptions> = { ...BEST_OPTIONS, patience: true };

/** The names of metrics for which smaller is better. */
const SMALLER_IS_BETTER = /(loss|error|mse|mae|rmse|perplexity)$/i;

/**
 * Stops a training when a validation metric has not improved for `patience` validations.
 *
 * A validation is better if it improves on the best one by more than `threshold`. NaN is never
 * better.
 *
 * The trap: selecting the step by a test set makes the test set's metric too optimistic; use a
 * separate validation set.
 *
 * @example
 * ```ts
 * import { earlyStopping } from '@trainkit/trainer';
 *
 * const stop = earlyStopping({ metric: 'validation/loss', patience: 2 });
 * for (const [i, loss] of [0.9, 0.5, 0.6, 0.7].entries()) stop.update({ step: i, values: { 'validation/loss': loss } });
 * console.log(stop.best?.step, stop.stops); // → 1 true
 * ```
 */
export function earlyStopping(options: EarlyStoppingOptions): EarlyStopping {
  const { patience, ...best } = checkOptions('earlyStopping', options, STOPPING_OPTIONS);
  checkInteger('earlyStopping', 'patience', patience, { min: 1 });
  return new EarlyStopping('earlyStopping', best, patience);
}

/** Remembers the best validation by a metric, and never stops. */
export function bestBy(options: BestOptions): EarlyStopping {
  return new EarlyStopping('bestBy', options, Number.POSITIVE_INFINITY);
}

/** The criterion of {@link earlyStopping} and {@link bestBy}. */
export class EarlyStopping implements StopCriterion {
  readonly #where: string;
  readonly #metric: string;
  readonly #sign: 1 | -1;
  readonly #threshold: number;
  readonly #patience: number;
  #state: EarlyStoppingState = { best: null, worse: 0 };

  /** @param where the name of the function that creates it, the first word of errors */
  constructor(where: string, options: BestOptions, patience: number) {
    const { metric, mode, threshold = 0 } = checkOptions(where, options, BEST_OPTIONS);
    if (typeof metric !== 'string' || metric === '') {
      throw new TypeError(
        expected(where, 'metric', metric, 'the name of a metric', "Write 'validation/loss'."),
      );
    }
    const decided = mode ?? (SMALLER_IS_BETTER.test(metric) ? 'min' : undefined);
    if (decided === undefined) {
      throw new TypeError(
        expected(
          where,
          'mode',
          mode,
          `"min" or "max" for the metric "${metric}"`,
          "Write mode: 'max' where larger is better, mode: 'min' where smaller is.",
        ),
      );
    }
    checkOneOf(where, 'mode', decided, ['min', 'max']);
    checkNumber(where, 'threshold', threshold, { min: 0 });
    this.#where = where;
    this.#metric = metric;
    this.#sign = decided === 'min' ? 1 : -1;
    this.#threshold = threshold;
    this.#patience = patience;
  }

  /** The best validation so far, or null before the first. */
  get best(): Validated | null {
    return this.#state.best;
  }

  /** True if the patience is exhausted. */
  get stops(): boolean {
    return this.#state.worse >= this.#patience;
  }

  /**
   * Records the next validation; returns true if it is the best so far.
   *
   * @throws RangeError if the validation has no number with the metric's name
   */
  update({ step, values }: Validated): boolean {
    const value = this.#valueOf(values);
    const { best, worse } = this.#state;
    const gain = best === null ? Number.POSITIVE_INFINITY : (this.#valueOf(best.values) - value) * this.#sign;
    const better = gain > this.#threshold && Number.isFinite(value);
    this.#state = better ? { best: { step, values: { ...values } }, worse: 0 } : { best, worse: worse + 1 };
    return better;
  }

  /** The best validation and the number of validations since it. */
  stateDict(): EarlyStoppingState {
    const { best, worse } = this.#state;
    return { best: best === null ? null : { step: best.step, values: { ...best.values } }, worse };
  }

  /** Loads a state that {@link stateDict} returned; the options are not changed. */
  loadStateDict(state: EarlyStoppingState): void {
    if (!isState(state)) {
      throw new TypeError(
        expected(this.#where, 'the state', state, '{ best, worse } as stateDict() returned it'),
      );
    }
    const { best, worse } = state;
    if (best !== null) this.#valueOf(best.values);
    this.#state = { best: best === null ? null : { step: best.step, values: { ...best.values } }, worse };
  }

  #valueOf(values: Readonly<Record<string, number>>): number {
    const value = values[this.#metric];
    if (value !== undefined) return value;
    throw new RangeError(
      `${this.#where}: metric is "${this.#metric}", but the validation has ${Object.keys(values).join(', ') || 'no numbers'}. Name one of these.`,
    );
  }
}

function isState(state: unknown): state is EarlyStoppingState {
  if (typeof state !== 'object' || state === null || !('best' in state) || !('worse' in state)) return false;
  const { best, worse } = state;
  return (
    typeof worse === 'number' &&
    Number.isSafeInteger(worse) &&
    worse >= 0 &&
    (best === null || isValidated(best))
  );
}

function isValidated(best: unknown): best is Validated {
  return (
    typeof best === 'object' &&
    best !== null &&
    'step' in best &&
    Number.isSafeInteger(best.step) &&
    'values' in best &&
    typeof best.values === 'object' &&
    best.values !== null &&
    Object.values(best.values).every((value) => typeof value === 'number')
  );
}
