import { checkInteger, checkOneOf, expected } from '@trainkit/checks';
import { Rung } from './rung.js';
import type { Mode, Searcher, SearcherState, Suggestion, TrialRecord } from './searcher.js';

/** Options of {@link AshaSearcher} and {@link HyperbandSearcher}. */
export interface HalvingOptions {
  /** Steps of the first rung of the first bracket. */
  minSteps: number;
  /** Steps of the last rung: of a whole run. */
  maxSteps: number;
  /**
   * Of how many trials of a rung one goes on, and the factor between the steps of two rungs: η.
   * Default 3.
   */
  reduction?: number | undefined;
  /** The direction in which the metric is better. Default `'min'`. */
  mode?: Mode | undefined;
}

/**
 * The brackets among so many rungs: their number, and the one of each trial, which begins at the
 * rung of that number.
 */
export type Brackets = (
  rungs: number,
  reduction: number,
) => { readonly count: number; readonly of: (trial: number) => number };

/**
 * Asynchronous successive halving in one bracket or several, around a searcher that makes the
 * configs.
 */
export abstract class HalvingSearcher implements Searcher {
  readonly #where: string;
  readonly #inner: Searcher;
  readonly #reduction: number;
  readonly #sign: 1 | -1;
  /** The steps of all rungs, ascending. */
  readonly #steps: readonly number[];
  readonly #bracketOf: (trial: number) => number;
  /** The rungs of each bracket; bracket b begins at rung b. */
  readonly #brackets: Rung[][];
  /** Trials without a value after the steps to which they were asked. */
  #unfinished = 0;

  /** @param where the class, the first word of errors */
  constructor(where: string, inner: Searcher, options: HalvingOptions, brackets: Brackets) {
    const { minSteps, maxSteps, reduction = 3, mode = 'min' } = options;
    checkInteger(where, 'minSteps', minSteps, { min: 1 });
    checkInteger(where, 'maxSteps', maxSteps, { min: minSteps });
    checkInteger(where, 'reduction', reduction, { min: 2 });
    checkOneOf(where, 'mode', mode, ['min', 'max']);
    if (typeof inner?.suggest !== 'function') {
      throw new TypeError(
        expected(
          where,
          'searcher',
          inner,
          'a searcher',
          `Write new ${where}(new RandomSearcher(space, { trials: 40 }), …).`,
        ),
      );
    }
    this.#where = where;
    this.#inner = inner;
    this.#reduction = reduction;
    this.#sign = mode === 'min' ? 1 : -1;
    const steps: number[] = [];
    for (let each = minSteps; each < maxSteps; each *= reduction) steps.push(each);
    this.#steps = [...steps, maxSteps];
    const { count, of } = brackets(this.#steps.length, reduction);
    this.#bracketOf = of;
    this.#brackets = Array.from({ length: count }, () => []);
    this.#rebuild();
  }

  /** Steps of the rungs, ascending. */
  get rungs(): readonly number[] {
    return this.#steps;
  }

  /** The trials, in the order of their numbers. */
  get trials(): readonly TrialRecord[] {
    return this.#inner.trials;
  }

  /** True once no trial is left that could be begun or could go on, whatever is told. */
  get isExhausted(): boolean {
    return this.#inner.isExhausted && this.#unfinished === 0 && this.suggest() === null;
  }

  /**
   * Returns the next suggestion and counts it as taken; null where there is none now, or none any
   * more.
   */
  ask(): Suggestion | null {
    const suggestion = this.suggest();
    if (suggestion !== null) this.record(suggestion);
    return suggestion;
  }

  /**
   * Returns what {@link ask} would, and takes nothing: the highest promotion that is due, else a
   * new trial.
   */
  suggest(): Suggestion | null {
    for (let k = this.#steps.length - 2; k >= 0; k--) {
      for (const bracket of this.#brackets) {
        const trial = bracket[k]?.promotable(this.#reduction) ?? null;
        if (trial === null) continue;
        return { trial, config: this.trials[trial]!.config, steps: this.#steps[k + 1]! };
      }
    }
    const suggestion = this.#inner.suggest();
    if (suggestion === null) return null;
    return { ...suggestion, steps: this.#steps[this.#bracketOf(suggestion.trial)]! };
  }

  /** Counts a suggestion as taken, also one that another copy of this searcher made. */
  record(suggestion: Suggestion): void {
    const { trial, steps } = suggestion;
    const rung = this.#steps.indexOf(steps);
    if (rung < 0) {
      throw new RangeError(
        expected(`${this.#where}.record`, 'steps', steps, `one of ${this.#steps.join(', ')}`),
      );
    }
    this.#inner.record(suggestion);
    this.#unfinished++;
    const below = this.#steps[rung - 1];
    const pair = this.trials[trial]?.values.find(([each]) => each === below);
    if (pair === undefined) return;
    this.#brackets[this.#bracketOf(trial)]?.[rung - 1]?.promote(trial, this.#lossOf(pair[1]));
  }

  /** Tells a trial's value at a rung; null for one that failed. */
  tell(trial: number, value: number | null, steps?: number): void {
    const after = steps ?? this.trials[trial]?.steps ?? 0;
    const isKnown = this.trials[trial]?.values.some(([each]) => each === after) === true;
    this.#inner.tell(trial, value, steps);
    if (!isKnown) this.#add(trial, after, value);
  }

  /** All of the searcher as plain JSON: that of the one that makes the configs. */
  stateDict(): SearcherState {
    return this.#inner.stateDict();
  }

  /**
   * Goes on from a {@link stateDict}; throws, and changes nothing, where that is not one. Returns
   * the searcher.
   */
  loadStateDict(state: SearcherState): this {
    this.#inner.loadStateDict(state);
    this.#rebuild();
    return this;
  }

  #add(trial: number, steps: number, value: number | null): void {
    if (steps === this.trials[trial]?.steps) this.#unfinished--;
    const [bracket, rung] = [this.#bracketOf(trial), this.#steps.indexOf(steps)];
    // A value before the bracket's first rung is no reason to go on to that rung.
    if (rung >= bracket) this.#brackets[bracket]?.[rung]?.add(trial, this.#lossOf(value));
  }

  #rebuild(): void {
    for (const bracket of this.#brackets) {
      bracket.splice(0, bracket.length, ...this.#steps.map(() => new Rung()));
    }
    this.#unfinished = this.trials.length;
    this.trials.forEach(({ steps: goal, values }, trial) => {
      for (const [steps, value] of values) this.#add(trial, steps, value);
      for (const [steps, value] of values) {
        if (steps >= goal) continue;
        this.#brackets[this.#bracketOf(trial)]?.[this.#steps.indexOf(steps)]?.promote(
          trial,
          this.#lossOf(value),
        );
      }
    });
  }

  #lossOf(value: number | null): number {
    return value === null || !Number.isFinite(value) ? Infinity : this.#sign * value;
  }
}
