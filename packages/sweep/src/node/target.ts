import type { Config } from '../space/space.js';

/** The second argument of a target's `run`, beside its settings. */
export interface RunContext {
  /** The seed. */
  readonly seed: number;
  /** Steps to train to, those of earlier calls too. */
  readonly steps: number;
  /** The run's own folder: a checkpoint that an earlier process left there is where to go on. */
  readonly folder: string;
  /** Aborts once the run is to stop: save a checkpoint and return null, or throw. */
  readonly signal: AbortSignal;
  /** Reports a value on the way. */
  report(step: number, value: number): void;
}

/**
 * A target: what a module of a sweep exports as `run`. Returns the value after `steps`, or null
 * where it was stopped.
 */
export type RunTarget = (config: Config, context: RunContext) => number | null | Promise<number | null>;

/** The order that a worker gives to the process of a run. */
export interface RunOrder {
  readonly type: 'run';
  readonly target: string;
  readonly config: Config;
  readonly seed: number;
  readonly steps: number;
  readonly folder: string;
}

/** A message of the process of a run to its worker. */
export type RunMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'reported'; readonly step: number; readonly value: number | null }
  | { readonly type: 'ended'; readonly value: number | null; readonly stopped: boolean }
  | { readonly type: 'failed'; readonly reason: string };
