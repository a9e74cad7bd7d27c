import { DivergenceError, type Logger } from '@trainkit/trainer';
import type { RunConfig } from '../config/schema.js';
import { duration } from '../terminal/duration.js';
import { count, formatRuns } from '../terminal/format.js';
import { yieldToEventLoop } from '../terminal/interruption.js';
import { createTrainer } from '../training/trainer.js';
import { folderOf } from './execute.js';
import type { TaskOptions } from './options.js';
import type { RunDefinition } from './run.js';
import type { Task } from './tasks.js';

/** Number of steps before the measurement: the first ones allocate and compile. */
const WARM_UP = 4;
/** Number of measured steps. */
const MEASURED = 8;

/** Total number of steps below which no estimate is made. */
const WORTH_IT = 2000;

/**
 * Estimates the time of the tasks on this machine by taking some steps of each kind of run. Returns
 * null if few steps or none are left. Leaves no file and no tensor.
 */
export async function estimate(tasks: readonly Task[], options: TaskOptions): Promise<string | null> {
  const pending = tasks.flatMap((task) => {
    const folder = folderOf(task.run, { ...options, seed: task.seed });
    if (!options.fresh && folder.finished() !== null) return [];
    const done = options.fresh ? 0 : folder.reachedStep();
    return [{ run: task.run, config: folder.config, steps: folder.config.maxSteps - done }];
  });
  const steps = pending.reduce((sum, each) => sum + each.steps, 0);
  if (steps < WORTH_IT) return null;
  const costs = new Map<RunDefinition, { step: number; evaluation: number }>();
  let seconds = 0;
  for (const { run, config, steps: left } of pending) {
    await yieldToEventLoop(options.signal, 'while the time was estimated');
    const cost = costs.get(run) ?? (await costOf(config, options));
    costs.set(run, cost);
    const evaluations = config.evaluateEvery === null ? 1 : Math.ceil(left / config.evaluateEvery);
    seconds += left * cost.step + evaluations * cost.evaluation;
  }
  // Several processes share the cores: two are as fast as one if a step keeps all cores busy.
  return `About ${duration(seconds)} on this machine: ${formatRuns(pending.length)}, ${count(steps)} steps, estimated from a few steps of each; longer if other programs use the cores.`;
}

/** Measures the seconds of one step and of one evaluation. */
async function costOf(
  config: RunConfig,
  { data }: TaskOptions,
): Promise<{ step: number; evaluation: number }> {
  // The ends of the steps and the start of the evaluation, so that checkpoints in memory are not
  // counted.
  const ends: number[] = [];
  let evaluation = 0;
  const { trainer, dispose } = createTrainer({ ...config, evaluateEvery: null, earlyStopping: null }, data, {
    onEvent: () => {
      evaluation ||= performance.now();
    },
  });
  try {
    const log: Logger = { train: () => void ends.push(performance.now()), message: () => undefined };
    await trainer.fit({ steps: WARM_UP + MEASURED, log, signals: false });
    const [start = 0, trained = 0] = [ends[WARM_UP - 1], ends.at(-1)];
    return { step: (trained - start) / 1000 / MEASURED, evaluation: (performance.now() - evaluation) / 1000 };
  } catch (error) {
    // The training of the run reports it.
    if (error instanceof DivergenceError) return { step: 0, evaluation: 0 };
    throw error;
  } finally {
    await dispose();
  }
}
