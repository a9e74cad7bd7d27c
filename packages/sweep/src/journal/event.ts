import type { Config } from '../space/space.js';

/** A config that the search made, and its runs, one for each seed. */
export interface ProposedEvent {
  /** Tells it from the other events. */
  readonly type: 'proposed';
  /** The number of the trial. */
  readonly trial: number;
  /** The settings that the search chose. */
  readonly config: Config;
  /** Steps to which its runs are trained. */
  readonly steps: number;
  /** The runs by identity: the hash of all settings, the seed and the version of the code. */
  readonly runs: readonly { readonly run: string; readonly seed: number }[];
}

/** A trial whose runs go on to more steps. */
export interface PromotedEvent {
  /** Tells it from the other events. */
  readonly type: 'promoted';
  /** The number of the trial. */
  readonly trial: number;
  /** Steps in all. */
  readonly steps: number;
}

/** A run that a worker begins or continues. */
export interface ClaimedEvent {
  /** Tells it from the other events. */
  readonly type: 'claimed';
  /** The run. */
  readonly run: string;
  /** The number of claims of this run with this one. */
  readonly attempt: number;
  /** The worker, by a name that no other process ever has. */
  readonly worker: string;
}

/** A value on the way. */
export interface ReportedEvent {
  /** Tells it from the other events. */
  readonly type: 'reported';
  /** The run. */
  readonly run: string;
  /** The claim. */
  readonly attempt: number;
  /** Steps that were done. */
  readonly step: number;
  /** The value after them; null where it is not finite. */
  readonly value: number | null;
}

/** A run that has trained to its steps. */
export interface DoneEvent {
  /** Tells it from the other events. */
  readonly type: 'done';
  /** The run. */
  readonly run: string;
  /** The claim. */
  readonly attempt: number;
  /** Steps that were done. */
  readonly steps: number;
  /** The value after them; null where it is not finite. */
  readonly value: number | null;
}

/** A run whose program failed. */
export interface FailedEvent {
  /** Tells it from the other events. */
  readonly type: 'failed';
  /** The run. */
  readonly run: string;
  /** The claim. */
  readonly attempt: number;
  /** The program's message. */
  readonly reason: string;
}

/** A run that its worker gives back before its end, such as after SIGTERM. */
export interface ReleasedEvent {
  /** Tells it from the other events. */
  readonly type: 'released';
  /** The run. */
  readonly run: string;
  /** The claim. */
  readonly attempt: number;
}

/** A sign of life. */
export interface BeatEvent {
  /** Tells it from the other events. */
  readonly type: 'beat';
  /** The worker. */
  readonly worker: string;
  /** The number of its beats with this one: a beat that is delivered twice counts once. */
  readonly beat: number;
}

/**
 * The end of a search before it is exhausted: no trial is begun or promoted any more, and those
 * that were are ended.
 */
export interface StoppedEvent {
  /** Tells it from the other events. */
  readonly type: 'stopped';
  /** The limit that was reached, or who stopped it. */
  readonly reason: string;
}

/** A line of a journal. */
export type SweepEvent =
  | ProposedEvent
  | PromotedEvent
  | ClaimedEvent
  | ReportedEvent
  | DoneEvent
  | FailedEvent
  | ReleasedEvent
  | BeatEvent
  | StoppedEvent;
