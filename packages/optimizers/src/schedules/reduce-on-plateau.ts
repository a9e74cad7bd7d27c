import { checkOptions, describeValue } from '../describe.js';
import { checkRate } from './checks.js';

/** Options of {@link ReduceOnPlateau}. */
export interface ReduceOnPlateauOptions {
  /** Whether a smaller or a larger value is better, default 'min'. */
  mode?: 'min' | 'max';
  /** What the rate is multiplied by, between 0 and 1, default 0.1. */
  factor?: number;
  /** How many values in a row may be no better before the rate falls, default 10. */
  patience?: number;
  /** How much better counts, default 1e-4. */
  threshold?: number;
  /** Whether the threshold is a part of the best value or an amount, default 'rel'. */
  thresholdMode?: 'rel' | 'abs';
  /** How many values after a fall do not count, default 0. */
  cooldown?: number;
  /** The rate stays at least this, default 0. */
  minLearningRate?: number;
  /** A fall by no more than this is left out, default 1e-8. */
  eps?: number;
}

/** What a {@link ReduceOnPlateau} goes on from; JSON holds it. */
export interface PlateauState {
  /** The rate now. */
  learningRate: number;
  /** The best value so far, or null before the first that counts. */
  best: number | null;
  /** How many values in a row were no better. */
  bad: number;
  /** How many more values do not count. */
  cooldown: number;
}

/**
 * Lowers the rate when a measure stops getting better: PyTorch's `ReduceLROnPlateau`.
 *
 * Not a schedule, since it depends on what it is shown: give it each epoch's loss, and the optimizer what it returns.
 * A NaN is no better, as in PyTorch.
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
  readonly #options: Required<ReduceOnPlateauOptions>;
  #state: PlateauState;

  /** @param learningRate the rate to begin with */
  constructor(learningRate: number, options: ReduceOnPlateauOptions = {}) {
    checkOptions('ReduceOnPlateau', options);
    const {
      mode = 'min',
      factor = 0.1,
      patience = 10,
      threshold = 1e-4,
      thresholdMode = 'rel',
      cooldown = 0,
      minLearningRate = 0,
      eps = 1e-8,
    } = options;
    this.#options = { mode, factor, patience, threshold, thresholdMode, cooldown, minLearningRate, eps };
    checkRate('ReduceOnPlateau', 'the starting rate', learningRate);
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
        `ReduceOnPlateau: step takes a number; received ${describeValue(value)}. Read a tensor with dataSync()[0].`,
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

  /** What {@link loadStateDict} goes on from: plain numbers. */
  stateDict(): PlateauState {
    return { ...this.#state };
  }

  /** Goes on from what {@link stateDict} gave; the options are this one's own. */
  loadStateDict(state: PlateauState): void {
    if (typeof state !== 'object' || state === null) {
      throw new TypeError(
        'ReduceOnPlateau.loadStateDict: a state is { learningRate, best, bad, cooldown }, as stateDict() gives it; ' +
          `received ${describeValue(state)}.`,
      );
    }
    const { learningRate, best, bad, cooldown } = state;
    checkRate('ReduceOnPlateau.loadStateDict', 'learningRate', learningRate);
    checkCount('ReduceOnPlateau.loadStateDict', 'bad', bad);
    checkCount('ReduceOnPlateau.loadStateDict', 'cooldown', cooldown);
    if (best !== null && typeof best !== 'number') {
      throw new TypeError(
        `ReduceOnPlateau.loadStateDict: best must be a number or null; received ${describeValue(best)}.`,
      );
    }
    this.#state = { learningRate, best, bad, cooldown };
  }

  #isBetter(value: number, best: number | null): boolean {
    const { mode, threshold, thresholdMode } = this.#options;
    if (best === null)
      return mode === 'min' ? value < Number.POSITIVE_INFINITY : value > Number.NEGATIVE_INFINITY;
    const sign = mode === 'min' ? -1 : 1;
    const bar = thresholdMode === 'rel' ? best * (1 + sign * threshold) : best + sign * threshold;
    return mode === 'min' ? value < bar : value > bar;
  }
}

function checkValues(options: Required<ReduceOnPlateauOptions>): void {
  const { mode, factor, patience, threshold, thresholdMode, cooldown, minLearningRate, eps } = options;
  checkChoice('mode', mode, ['min', 'max']);
  checkChoice('thresholdMode', thresholdMode, ['rel', 'abs']);
  if (!(factor >= 0 && factor < 1)) {
    throw new RangeError(
      `ReduceOnPlateau: factor must be at least 0 and below 1; received ${describeValue(factor)}.`,
    );
  }
  checkCount('ReduceOnPlateau', 'patience', patience);
  checkCount('ReduceOnPlateau', 'cooldown', cooldown);
  checkRate('ReduceOnPlateau', 'threshold', threshold);
  checkRate('ReduceOnPlateau', 'minLearningRate', minLearningRate);
  checkRate('ReduceOnPlateau', 'eps', eps);
}

function checkChoice(name: string, value: string, choices: readonly string[]): void {
  if (choices.includes(value)) return;
  const list = choices.map((choice) => `'${choice}'`).join(' or ');
  throw new RangeError(`ReduceOnPlateau: ${name} must be ${list}; received ${describeValue(value)}.`);
}

function checkCount(where: string, name: string, value: number): void {
  if (Number.isSafeInteger(value) && value >= 0) return;
  throw new RangeError(
    `${where}: ${name} must be a whole number of at least 0; received ${describeValue(value)}.`,
  );
}
