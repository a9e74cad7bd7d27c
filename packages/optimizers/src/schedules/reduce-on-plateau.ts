import {
  checkInteger,
  checkNumber,
  checkOneOf,
  checkOptions,
  expected,
  type OptionNames,
} from '@trainkit/checks';
import type { Complete } from '../hyperparameters.js';
import { problemsOf } from '../problems.js';

/** Options of {@link ReduceOnPlateau}. */
export interface ReduceOnPlateauOptions {
  /** The better values, smaller or larger ones, default 'min'. */
  mode?: 'min' | 'max' | undefined;
  /** The factor of the rate, between 0 and 1, default 0.1. */
  factor?: number | undefined;
  /** The number of values in a row that may be no better before the rate falls, default 10. */
  patience?: number | undefined;
  /** The least improvement that counts, default 1e-4. */
  threshold?: number | undefined;
  /**
   * The unit of the threshold: 'rel' (the default) is a part of the best value, 'abs' an amount.
   * For values below 0 take 'abs'.
   */
  thresholdMode?: 'rel' | 'abs' | undefined;
  /** The number of values after a fall that do not count, default 0. */
  cooldown?: number | undefined;
  /** The rate stays at least this, default 0. */
  minLearningRate?: number | undefined;
  /** A fall by no more than this is left out, default 1e-8. */
  eps?: number | undefined;
}

const REDUCE_ON_PLATEAU: OptionNames<ReduceOnPlateauOptions> = {
  mode: true,
  factor: true,
  patience: true,
  threshold: true,
  thresholdMode: true,
  cooldown: true,
  minLearningRate: true,
  eps: true,
};

/** The state from which a {@link ReduceOnPlateau} goes on; JSON holds it. */
export interface PlateauState {
  /** The rate now. */
  learningRate: number;
  /**
   * The best value so far, or null before the first that counts; JSON has no infinite numbers,
   * hence the strings.
   */
  best: number | 'Infinity' | '-Infinity' | null;
  /** The number of values in a row that were no better. */
  bad: number;
  /** The number of further values that do not count. */
  cooldown: number;
}

/** The state as it is counted on: all numbers. */
interface Plateau extends PlateauState {
  best: number | null;
}

/**
 * Lowers the rate when a measure stops getting better: PyTorch's `ReduceLROnPlateau`.
 *
 * Not a schedule, since it depends on what it is shown: give it each epoch's loss, and the
 * optimizer what it returns. A NaN is no better, as in PyTorch.
 *
 * The trap, PyTorch's too: where the best value is below 0, a relative threshold is on its other
 * side, best · (1 − threshold) with mode 'min', so that a slightly worse value counts as better and
 * becomes the best one. A loss that falls by less than that, or rises slowly, then keeps its rate.
 *
 * @throws RangeError for options that are out of their range
 *
 * @example
 * ```ts
 * import { ReduceOnPlateau } from '@trainkit/optimizers';
 *
 * const plateau = new ReduceOnPlateau(1, { factor: 0.5, patience: 1 });
 * console.log([3, 2, 2, 2, 2, 2].map((loss) => plateau.step(loss))); // → [ 1, 1, 1, 0.5, 0.5, 0.25 ]
 * ```
 */
export class ReduceOnPlateau {
  readonly #options: Complete<ReduceOnPlateauOptions>;
  #state: Plateau;

  /** @param learningRate the rate to begin with */
  constructor(learningRate: number, options: ReduceOnPlateauOptions = {}) {
    const {
      mode = 'min',
      factor = 0.1,
      patience = 10,
      threshold = 1e-4,
      thresholdMode = 'rel',
      cooldown = 0,
      minLearningRate = 0,
      eps = 1e-8,
    } = checkOptions('ReduceOnPlateau', options, REDUCE_ON_PLATEAU);
    this.#options = { mode, factor, patience, threshold, thresholdMode, cooldown, minLearningRate, eps };
    checkNumber('ReduceOnPlateau', 'learningRate', learningRate, { min: 0 });
    checkValues(this.#options);
    this.#state = { learningRate, best: null, bad: 0, cooldown: 0 };
  }

  /** The rate now. */
  get learningRate(): number {
    return this.#state.learningRate;
  }

  /** Takes the next value of the measure, and returns the rate from here on. */
  step(value: number): number {
    if (typeof value !== 'number') {
      throw new TypeError(
        expected('ReduceOnPlateau.step', 'value', value, 'a number', 'Read a tensor with dataSync()[0].'),
      );
    }
    const { factor, patience, minLearningRate, eps } = this.#options;
    let { learningRate, best, bad, cooldown } = this.#state;
    const better = this.#isBetter(value, best);
    if (better) best = value;
    bad = better || cooldown > 0 ? 0 : bad + 1;
    cooldown = Math.max(0, cooldown - 1);
    if (bad > patience) {
      const lower = Math.max(learningRate * factor, minLearningRate);
      if (learningRate - lower > eps) learningRate = lower;
      cooldown = this.#options.cooldown;
      bad = 0;
    }
    this.#state = { learningRate, best, bad, cooldown };
    return learningRate;
  }

  /** The state that {@link loadStateDict} takes; it survives JSON. */
  stateDict(): PlateauState {
    const { best, ...others } = this.#state;
    if (best === Infinity) return { ...others, best: 'Infinity' };
    return { ...others, best: best === -Infinity ? '-Infinity' : best };
  }

  /**
   * Continues from a state of {@link stateDict}; the options stay.
   *
   * @throws Error that names everything that is wrong with the state; nothing is loaded then
   */
  loadStateDict(state: PlateauState): void {
    const where = 'ReduceOnPlateau.loadStateDict';
    if (typeof state !== 'object' || state === null) {
      const wanted = '{ learningRate, best, bad, cooldown }, as stateDict() returns it';
      throw new TypeError(expected(where, 'state', state, wanted));
    }
    const { learningRate, bad, cooldown } = state;
    let best: number | null = null;
    const problems = problemsOf(
      () => checkNumber(where, 'learningRate', learningRate, { min: 0 }),
      () => {
        best = readBest(where, state.best);
      },
      () => checkInteger(where, 'bad', bad),
      () => checkInteger(where, 'cooldown', cooldown),
    );
    if (problems.length > 0) throw new Error(problems.join('\n'));
    this.#state = { learningRate, best, bad, cooldown };
  }

  #isBetter(value: number, best: number | null): boolean {
    const { mode, threshold, thresholdMode } = this.#options;
    const sign = mode === 'min' ? -1 : 1;
    // As in PyTorch, the first value is compared with an infinite one.
    const known = best ?? -sign * Infinity;
    const bar = thresholdMode === 'rel' ? known * (1 + sign * threshold) : known + sign * threshold;
    return mode === 'min' ? value < bar : value > bar;
  }
}

function checkValues(options: Complete<ReduceOnPlateauOptions>): void {
  const { mode, factor, patience, threshold, thresholdMode, cooldown, minLearningRate, eps } = options;
  checkOneOf('ReduceOnPlateau', 'mode', mode, ['min', 'max']);
  checkOneOf('ReduceOnPlateau', 'thresholdMode', thresholdMode, ['rel', 'abs']);
  checkNumber('ReduceOnPlateau', 'factor', factor, { min: 0, below: 1 });
  checkInteger('ReduceOnPlateau', 'patience', patience);
  checkInteger('ReduceOnPlateau', 'cooldown', cooldown);
  checkNumber('ReduceOnPlateau', 'threshold', threshold, { min: 0 });
  checkNumber('ReduceOnPlateau', 'minLearningRate', minLearningRate, { min: 0 });
  checkNumber('ReduceOnPlateau', 'eps', eps, { min: 0 });
}

function readBest(where: string, best: unknown): number | null {
  const value = best === 'Infinity' || best === '-Infinity' ? Number(best) : best;
  if (value === null || (typeof value === 'number' && !Number.isNaN(value))) return value;
  throw new TypeError(expected(where, 'best', best, 'a number, "Infinity", "-Infinity" or null'));
}
