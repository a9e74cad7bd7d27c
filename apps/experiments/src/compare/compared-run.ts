import type { RunFolder } from '../runs/folder.js';
import { readMetrics } from '../runs/metrics-file.js';
import { UserError } from '../terminal/user-error.js';
import type { ComparedRun } from './comparison.js';

/**
 * Reads a run up to its last step, finished or not.
 *
 * @param letter its name beside the other run
 * @throws UserError if it has not trained a step
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
