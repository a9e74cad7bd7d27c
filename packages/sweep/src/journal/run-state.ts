import type { Config } from '../space/space.js';

/**
 * The state of a run: it waits for a worker, has one, has trained to its goal, or failed too often.
 */
export type RunStatus = 'waiting' | 'claimed' | 'done' | 'failed';

/** A run and all that the journal says of it. */
export interface RunState {
  /** Its identity. */
  readonly run: string;
  /** Its trials: more than one where a search made one config twice. */
  readonly trials: number[];
  /** The seed. */
  readonly seed: number;
  /** The settings that the search chose. */
  readonly config: Config;
  /** Its state. */
  status: RunStatus;
  /** Steps to train to. */
  goal: number;
  /** Steps that were done and have a value. */
  steps: number;
  /** Claims so far, the running one among them. */
  attempt: number;
  /** The worker that has it; null where none has. */
  worker: string | null;
  /** Failures of its program. */
  failures: number;
  /** Claims that ended with the death of the worker. */
  deaths: number;
  /** The last reason why its program failed. */
  reason: string | null;
  /** The last value on the way. */
  report: { step: number; value: number | null } | null;
  /** The values after the steps of each goal that was reached, ascending. */
  values: [steps: number, value: number | null][];
}

/** A config of the search. */
export interface TrialState {
  /** The settings. */
  readonly config: Config;
  /** Its runs, in the order of the seeds. */
  readonly runs: readonly string[];
  /** Steps to which it is trained. */
  steps: number;
  /**
   * The means over its runs after each goal that all of them reached, ascending; null where one
   * failed.
   */
  values: [steps: number, value: number | null][];
}

/** The value of a trial that an event completed. */
export interface TrialValue {
  /** The number of the trial. */
  readonly trial: number;
  /** Steps after which it is the value. */
  readonly steps: number;
  /** The mean over its runs; null where one failed. */
  readonly value: number | null;
}
