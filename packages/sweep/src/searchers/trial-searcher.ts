import { checkInteger, isPlain, show } from '@trainkit/checks';
import { Generator } from '@trainkit/random';
import { checkSpace } from '../space/check-space.js';
import type { Config, Space } from '../space/space.js';
import { copyTrial, History } from './history.js';
import type { Searcher, SearcherState, Suggestion, TrialRecord } from './searcher.js';

/** Options of every searcher that trains each config to the same number of steps. */
export interface TrialSearcherOptions {
  /** Configs in all. */
  trials: number;
  /** The seed, from 0 to 2³² − 1. Default 0. */
  seed?: number | undefined;
  /** Steps of a suggestion. Default 1, for programs that count none. */
  steps?: number | undefined;
}

/** The seed of searchers that draw nothing. */
export const NO_SEED = null;

/**
 * A searcher that makes one config after another.
 *
 * Each trial draws the same number of random numbers, so that a copy that did not make a config
 * itself, but heard of it by `record`, stands where the one that made it stands.
 */
export abstract class TrialSearcher implements Searcher {
  /** The parameters. */
  readonly space: Space;
  readonly #where: string;
  readonly #limit: number;
  readonly #steps: number;
  readonly #history = new History();
  #seed: number | null;
  #generator: Generator | null;
  #draws: Float64Array | null = null;

  /** @param where the class, the first word of errors */
  constructor(where: string, space: Space, limit: number, seed: number | null, steps = 1) {
    this.space = checkSpace(where, space);
    checkInteger(where, 'trials', limit, { min: 1, max: 1e7 });
    checkInteger(where, 'steps', steps, { min: 1 });
    if (seed !== null) checkInteger(where, 'seed', seed, { max: 0xffff_ffff });
    this.#where = where;
    this.#limit = limit;
    this.#steps = steps;
    this.#seed = seed;
    this.#generator = seed === null ? null : new Generator(seed);
  }

  /** Random numbers of one trial. */
  protected abstract readonly drawsPerTrial: number;

  /** The config of the trial, made of its random numbers, each from 0 to below 1. */
  protected abstract configOf(trial: number, draws: Float64Array): Config;

  /** Called where the seed changed, by a state that was loaded. */
  protected reseed(_seed: number): void {}

  /** The trials, in the order of their numbers. */
  get trials(): readonly TrialRecord[] {
    return this.#history.records;
  }

  /** True once all trials were asked for. */
  get isExhausted(): boolean {
    return this.trials.length >= this.#limit;
  }

  /** Returns the next suggestion and counts it as taken; null once all were. */
  ask(): Suggestion | null {
    const suggestion = this.suggest();
    if (suggestion !== null) this.record(suggestion);
    return suggestion;
  }

  /** Returns what {@link ask} would, and takes nothing. */
  suggest(): Suggestion | null {
    if (this.isExhausted) return null;
    const trial = this.trials.length;
    this.#draws ??= this.#draw();
    return { trial, config: this.configOf(trial, this.#draws), steps: this.#steps };
  }

  /** Counts a suggestion as taken, also one that another copy of this searcher made. */
  record(suggestion: Suggestion): void {
    const before = this.trials.length;
    this.#history.record(`${this.#where}.record`, suggestion);
    if (this.trials.length === before) return;
    if (this.#draws === null) this.#draw();
    this.#draws = null;
  }

  /** Tells a trial's value; null for one that failed. */
  tell(trial: number, value: number | null, steps?: number): void {
    this.#history.tell(`${this.#where}.tell`, trial, value, steps);
  }

  /** All of the searcher as plain JSON. */
  stateDict(): SearcherState {
    return { seed: this.#seed, trials: this.trials.map(copyTrial) };
  }

  /**
   * Goes on from a {@link stateDict}; throws, and changes nothing, where that is not one. Returns
   * the searcher.
   */
  loadStateDict(state: SearcherState): this {
    const problems = this.#problems(state);
    if (problems.length > 0) {
      throw new RangeError(
        `${this.#where}.loadStateDict: ${problems.join('; ')}. Nothing was loaded. Pass what stateDict() of a ${this.#where} returned.`,
      );
    }
    this.#history.load(state.trials);
    this.#draws = null;
    if (state.seed !== null) {
      this.#seed = state.seed;
      this.#generator = new Generator(state.seed);
      for (let i = 0; i < state.trials.length; i++) this.#draw();
      this.reseed(state.seed);
    }
    return this;
  }

  #problems(state: unknown): string[] {
    if (!isPlain(state)) return [`state is ${show(state)}; expected { seed, trials }`];
    const { seed, trials }: { seed?: unknown; trials?: unknown } = state;
    const isSeed =
      this.#seed === null ? seed === null : Number.isSafeInteger(seed) && seed === Number(seed) >>> 0;
    const kind = this.#seed === null ? 'null' : 'a whole number from 0 to 2³² − 1';
    return [
      ...(isSeed ? [] : [`seed is ${show(seed)}; expected ${kind}`]),
      ...History.problems(this.space, trials),
    ];
  }

  /** Numbers of 53 bits from 0 to below 1. */
  #draw(): Float64Array {
    const draws = new Float64Array(this.drawsPerTrial);
    const words = this.#generator?.uint32(2 * draws.length);
    if (words === undefined) return draws;
    for (let i = 0; i < draws.length; i++) {
      draws[i] = ((words[2 * i]! >>> 5) * 2 ** 26 + (words[2 * i + 1]! >>> 6)) * 2 ** -53;
    }
    return draws;
  }
}
