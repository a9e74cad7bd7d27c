import { resolve } from 'node:path';
import { type BackendName, useFastestBackend } from '@trainkit/backend';
import type { ExperimentConfig } from './config/schema.js';
import { loadData } from './data/load.js';
import { customRun } from './runs/definition.js';
import { executeRun } from './runs/execute.js';
import type { RunResult } from './runs/run.js';
import { knownRun } from './sections/index.js';
import type { Terminal } from './terminal/terminal.js';
import { UserError } from './terminal/user-error.js';

/** Options of {@link runExperiment}. */
export interface ExperimentRunOptions {
  /** The folder of the four Fashion-MNIST files, or `sample`. Default: the full set wherever it can be had, else the sample. */
  data?: string;
  /** The TensorFlow.js backend. Default: the fastest that loads. */
  backend?: BackendName;
  /** The folder that `runs/` is made in. Default: the current one. */
  out?: string;
  /** Replaces what an earlier run of the name and seed left. Default false. */
  fresh?: boolean;
  /** Where the progress goes. Default: standard error. */
  terminal?: Terminal;
  /** Ends the run after the running step, with a checkpoint. Default: nothing does. */
  signal?: AbortSignal;
}

/**
 * Makes one experiment from a program, as `experiments run` does from the command line: the notebook's
 * `Trainer(config).run_experiment()`.
 *
 * A run that is finished in its folder is read, one that was interrupted goes on. Throws a `UserError` for the name of a run
 * of the exercise.
 *
 * @example
 * ```ts
 * import { mkdtempSync } from 'node:fs';
 * import { tmpdir } from 'node:os';
 * import { experimentConfig, runExperiment } from '@trainkit/experiments';
 *
 * const config = experimentConfig({ run: 'mine/small', hiddenSizes: [32], maxSteps: 50, evaluateEvery: 25 });
 * const out = mkdtempSync(`${tmpdir()}/experiment-`);
 * const { end, metrics } = await runExperiment(config, { data: 'sample', out });
 * console.log(metrics.test.map(({ step }) => step), end.test.test_accuracy > 0.5); // → [ 25, 50 ] true
 * ```
 */
export async function runExperiment(
  config: ExperimentConfig,
  {
    data,
    backend,
    out = '.',
    fresh = false,
    terminal = process.stderr,
    signal = new AbortController().signal,
  }: ExperimentRunOptions = {},
): Promise<RunResult> {
  if (knownRun(config.run)) {
    throw new UserError(
      `${config.run} is a run of the exercise, and its folder is that run's alone. Give this one a name of its own, as mine/${config.run.replace(/.*\//, '')}.`,
    );
  }
  return executeRun(customRun(config), {
    seed: BigInt(config.seed),
    steps: undefined,
    data: await loadData(data, { signal }),
    dataSource: data === undefined || data === 'sample' ? data : resolve(data),
    backend: await useFastestBackend({ prefer: backend }),
    out: resolve(out),
    fresh,
    terminal,
    signal,
  });
}
