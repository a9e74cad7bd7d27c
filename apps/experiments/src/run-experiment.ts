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
  /**
   * The folder of the four Fashion-MNIST files, or `sample`. Default: the full set if it is
   * available, else the sample.
   */
  data?: string;
  /** The TensorFlow.js backend. Default: the fastest that loads. */
  backend?: BackendName;
  /** The folder that contains `runs/`. Default: the current one. */
  out?: string;
  /** True to replace an earlier run of the same name and seed. Default false. */
  fresh?: boolean;
  /** The stream of the progress. Default: standard error. */
  terminal?: Terminal;
  /** A signal that ends the run after the current step, with a checkpoint. Default: none. */
  signal?: AbortSignal;
}

/**
 * Runs one experiment from a program, as `experiments run` does from the command line: the
 * notebook's `Trainer(config).run_experiment()`.
 *
 * Reads a finished run from its folder, and resumes an interrupted one. Throws a `UserError` for
 * the name of a run of the exercise.
 *
 * @example
 * ```ts
 * import { mkdtempSync } from 'node:fs';
 * import { tmpdir } from 'node:os';
 * import { experimentConfig, runExperiment } from '@trainkit/experiments';
 *
 * const options = { run: 'mine/small', hiddenSizes: [32], maxSteps: 50, evaluateEvery: 25 };
 * const config = experimentConfig(options);
 * const out = mkdtempSync(`${tmpdir()}/experiment-`);
 * const { end, metrics } = await runExperiment(config, { data: 'sample', out });
 * const steps = metrics.test.map(({ step }) => step);
 * console.log(steps, end.test.test_accuracy > 0.5); // → [ 25, 50 ] true
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
      `${config.run} is the name of a run of the exercise; expected another name. Write for instance mine/${config.run.replace(/.*\//, '')}.`,
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
