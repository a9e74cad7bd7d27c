import { yieldToEventLoop } from '../terminal/interruption.js';
import type { PendingTask } from '../workers/board.js';
import { executeInWorkers } from '../workers/pool.js';
import { executeRun, folderOf } from './execute.js';
import type { TaskOptions } from './options.js';
import type { RunResult } from './run.js';
import { type Task, taskName } from './tasks.js';

/** Makes the runs, one after the other or, in processes of their own, side by side; in the tasks' order. */
export async function executeTasks(tasks: readonly Task[], options: TaskOptions): Promise<RunResult[]> {
  const { workers, signal } = options;
  const inWorkers = workers > 1 && tasks.length > 1;
  if (inWorkers) await executeInWorkers(pendingTasks(tasks, options), options);
  const results: RunResult[] = [];
  for (const task of tasks) {
    await yieldToEventLoop(signal, `before ${taskName(task)}`);
    // What the workers made is read from its folder, without a word; their --fresh was heeded there.
    const reading = inWorkers ? { fresh: false, terminal: { write: () => true } } : {};
    results.push(await executeRun(task.run, { ...options, ...reading, seed: task.seed }));
  }
  return results;
}

/** The tasks that are not finished, or with `fresh` all of them. */
function pendingTasks(tasks: readonly Task[], options: TaskOptions): PendingTask[] {
  return tasks.flatMap((task) => {
    const folder = folderOf(task.run, { ...options, seed: task.seed });
    if (!options.fresh && folder.finished() !== null) return [];
    return [{ task, maxSteps: folder.config.maxSteps }];
  });
}
