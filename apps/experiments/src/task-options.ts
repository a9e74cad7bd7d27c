import type { RunOptions } from './perform-run.js';

/** What decides how several runs are made. */
export interface TaskOptions extends RunOptions {
  /** How many processes make runs at the same time; 1 makes them in this one. */
  workers: number;
}
