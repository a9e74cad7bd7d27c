import type { RunConfig } from '../config/run-config.js';
import { type Metrics, readMetrics } from '../metrics.js';
import type { RunFolder } from '../run-folder.js';
import type { RunEnd } from '../run-result.js';
import { UserError } from '../user-error.js';

/** One of two runs side by side, finished or not. */
export interface ComparedRun {
  /** What it is called in headings: `A: optimizer/sgd, seed 0`. */
  title: string;
  path: string;
  config: RunConfig;
  metrics: Metrics;
  /** The last step that it was trained. */
  step: number;
  /** Null where it is not finished. */
  end: RunEnd | null;
}

/**
 * Reads a run as far as it is.
 *
 * @param letter how it is called beside the other one
 * @throws UserError where it has not trained a step
 */
export function comparedRun(folder: RunFolder, letter: 'A' | 'B'): ComparedRun {
  const { path, config } = folder;
  const metrics = readMetrics(folder.metricsPath);
  const step = metrics.train.at(-1)?.step;
  if (step === undefined) throw new UserError(`The run in ${path} has not trained a step yet.`);
  const onSample = config.data.name === 'sample' ? ', sample' : '';
  return {
    title: `${letter}: ${config.run}, seed ${config.seed}${onSample}`,
    path,
    config,
    metrics,
    step,
    end: folder.finished()?.end ?? null,
  };
}

/** What a run had given by some step. */
export function until({ train, test }: Metrics, last: number): Metrics {
  return {
    train: train.filter(({ step }) => step <= last),
    test: test.filter(({ step }) => step <= last),
  };
}
