import { Interruption, yieldToEventLoop } from '../terminal/interruption.js';
import { UserError } from '../terminal/user-error.js';
import type { PendingTask } from '../workers/board.js';
import { executeInWorkers } from '../workers/pool.js';
import { executeRun, folderOf } from './execute.js';
import type { TaskOptions } from './options.js';
import type { RunResult } from './run.js';
import { type Task, taskName } from './tasks.js';

/**
 * Trains the runs one after the other, or in parallel in processes of their own; returns them in
 * the tasks' order.
 */
export async function executeTasks(tasks: readonly Task[], options: TaskOptions): Promise<RunResult[]> {
  const { workers, signal } = options;
  const inWorkers = workers > 1 && tasks.length > 1;
  if (inWorkers) await executeInWorkers(pendingTasks(tasks, options), options);
  const results: RunResult[] = [];
  const severalSeeds = new Set(tasks.map(({ seed }) => seed)).size > 1;
  for (const task of tasks) {
    await yieldToEventLoop(signal, `before ${taskName(task)}`);
    // The workers' runs are read from their folders without output; the workers have already
    // applied --fresh.
    const reading = inWorkers ? { fresh: false, terminal: { write: () => true } } : {};
    try {
      results.push(await executeRun(task.run, { ...options, ...reading, seed: task.seed }));
    } catch (error) {
      throw severalSeeds ? named(task, error) : error;
    }
  }
  return results;
}

/**
 * Returns the error with the run's name and seed in front, as a worker's error. An interruption
 * already names its run.
 */
function named(task: Task, error: unknown): unknown {
  if (!(error instanceof UserError) || error instanceof Interruption) return error;
  return new UserError(`${taskName(task)}: ${error.message}`, { cause: error });
}

/** Returns the unfinished tasks, or with `fresh` all of them. */
function pendingTasks(tasks: readonly Task[], options: TaskOptions): PendingTask[] {
  return tasks.flatMap((task) => {
    const folder = folderOf(task.run, { ...options, seed: task.seed });
    if (!options.fresh && folder.finished() !== null) return [];
    return [{ task, maxSteps: folder.config.maxSteps }];
  });
}
