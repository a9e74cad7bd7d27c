import type { BackendReport } from '@trainkit/backend';
import type { Dataset } from '../data/load.js';
import type { Terminal } from '../terminal/terminal.js';

/** The options that all runs of one command share. */
export interface RunOptions {
  seed: bigint;
  /** Number of steps; undefined means the run's own length. */
  steps: number | undefined;
  /** Number of steps between evaluations; a run that is only evaluated at its end stays so. */
  evaluateEvery?: number | undefined;
  data: Dataset;
  backend: BackendReport;
  /** The folder that contains `runs/`. */
  out: string;
  /** True to replace an earlier run in the folder. */
  fresh: boolean;
  terminal: Terminal;
  signal: AbortSignal;
  /** The value of `--data`, recorded so that `resume` does not need it again. */
  dataSource?: string | undefined;
}

/** The options for training several runs. */
export interface TaskOptions extends RunOptions {
  /** Number of processes that train runs at the same time; 1 trains them in this process. */
  workers: number;
}

/** The options of a command for all sections. */
export interface SectionsOptions extends TaskOptions {
  /** Number of seeds of every run, from `seed` on. */
  seeds: number;
}
