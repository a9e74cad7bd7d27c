import type { RunDefinition } from '../runs/run.js';

/** What a worker process is told to make; plain data, since it goes through a pipe. */
export interface WorkerOrder {
  run: RunDefinition;
  seed: string;
  steps: number | undefined;
  evaluateEvery: number | undefined;
  backend: 'native' | 'tensorflow' | 'wasm' | 'cpu';
  dataSource: string | undefined;
  out: string;
  fresh: boolean;
}

/** What a worker tells of itself. */
export type WorkerNews =
  | { kind: 'step'; step: number }
  /** Something that a person should read. */
  | { kind: 'line'; text: string }
  /** What ended it, for a person. */
  | { kind: 'error'; message: string };
