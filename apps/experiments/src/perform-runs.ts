import { breathe } from './breathe.js';
import { performRun, type RunOptions } from './perform-run.js';
import type { RunDefinition } from './run-definition.js';
import type { RunResult } from './run-result.js';

/** Makes the runs, one after the other. */
export async function performRuns(runs: readonly RunDefinition[], options: RunOptions): Promise<RunResult[]> {
  const results: RunResult[] = [];
  for (const run of runs) {
    await breathe(options.signal, `before ${run.name}`);
    results.push(await performRun(run, options));
  }
  return results;
}
