import type { BackendReport } from '@trainkit/backend';
import type { Dataset } from '../data/load.js';
import type { Terminal } from '../terminal/terminal.js';

/** What is the same for all runs of one command. */
export interface RunOptions {
  seed: bigint;
  /** Cuts the run short, or makes it longer; undefined means the run's own length. */
  steps: number | undefined;
  /** Evaluates more or less often than the run would by itself; a run that evaluates at its end alone still does. */
  evaluateEvery?: number | undefined;
  data: Dataset;
  backend: BackendReport;
  /** The folder that `runs/` is made in. */
  out: string;
  /** Replaces what an earlier run left in the folder. */
  fresh: boolean;
  terminal: Terminal;
  signal: AbortSignal;
  /** What `--data` was, which whoever resumes the run is spared to say again. */
  dataSource?: string | undefined;
}

/** What decides how several runs are made. */
export interface TaskOptions extends RunOptions {
  /** How many processes make runs at the same time; 1 makes them in this one. */
  workers: number;
}

/** What a command decides of all sections. */
export interface SectionsOptions extends TaskOptions {
  /** How many seeds every run is made with, from `seed` on. */
  seeds: number;
}
