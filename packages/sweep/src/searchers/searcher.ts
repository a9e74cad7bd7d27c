import type { Config } from '../space/space.js';

/** A config to train, or to train on. */
export interface Suggestion {
  /** The number of the trial, from 0 on: the config's name in {@link Searcher.tell}. */
  readonly trial: number;
  /** The settings. */
  readonly config: Config;
  /**
   * Steps in all to which the trial is trained; a trial that comes again with more steps goes on
   * where it stopped.
   */
  readonly steps: number;
}

/** A trial and what is known of it. */
export interface TrialRecord {
  /** The settings. */
  readonly config: Config;
  /** Steps to which it was asked to be trained. */
  readonly steps: number;
  /**
   * Pairs of steps and the value after them, in ascending order; null for a trial that failed
   * there.
   */
  readonly values: readonly (readonly [steps: number, value: number | null])[];
}

/** All of a searcher at one moment: plain JSON. */
export interface SearcherState {
  /** The seed; null where a searcher draws nothing. */
  seed: number | null;
  /** The trials in the order of their numbers. */
  trials: TrialRecord[];
}

/**
 * The contract of a search: a loop asks for a config, trains it, and tells the value.
 *
 * Several configs may be asked for before one value is told, and values come in any order. The same
 * seed, questions and answers give the same configs.
 */
export interface Searcher {
  /**
   * Returns the next suggestion and counts it as taken; null where there is none now, or none any
   * more.
   */
  ask(): Suggestion | null;
  /** Returns what {@link ask} would, and takes nothing. */
  suggest(): Suggestion | null;
  /** Counts a suggestion as taken, also one that another copy of this searcher made. */
  record(suggestion: Suggestion): void;
  /**
   * Tells a trial's value.
   *
   * @param value the metric; null, or a number that is not finite, for a trial that failed
   * @param steps the steps after which it is the value; default those of the trial's last
   *   suggestion
   */
  tell(trial: number, value: number | null, steps?: number): void;
  /** True once no suggestion can come any more, whatever is told. */
  readonly isExhausted: boolean;
  /** The trials, in the order of their numbers. */
  readonly trials: readonly TrialRecord[];
  /** All of the searcher as plain JSON. */
  stateDict(): SearcherState;
  /**
   * Goes on from a {@link stateDict}; throws, and changes nothing, where that is not one. Returns
   * the searcher.
   */
  loadStateDict(state: SearcherState): this;
}

/** The direction in which a metric is better. */
export type Mode = 'min' | 'max';
