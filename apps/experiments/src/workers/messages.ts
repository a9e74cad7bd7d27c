import type { RunDefinition } from '../runs/run.js';

/** The task of a worker process; plain data, since it is sent through a pipe. */
export interface WorkerTask {
  run: RunDefinition;
  seed: string;
  steps: number | undefined;
  evaluateEvery: number | undefined;
  backend: 'native' | 'tensorflow' | 'wasm' | 'cpu';
  dataSource: string | undefined;
  out: string;
  fresh: boolean;
}

/** A message of a worker. */
export type WorkerMessage =
  | { kind: 'step'; step: number }
  /** A line for the user. */
  | { kind: 'line'; text: string }
  /** The error that ended it, for the user. */
  | { kind: 'error'; message: string };
