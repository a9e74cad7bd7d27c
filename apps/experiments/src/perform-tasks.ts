import { breathe } from './breathe.js';
import { performRun } from './perform-run.js';
import type { RunResult } from './run-result.js';
import type { TaskOptions } from './task-options.js';
import { type Task, taskName } from './tasks.js';
import { performInWorkers } from './workers/pool.js';

/** Makes the runs, one after the other or, in processes of their own, side by side; in the tasks' order. */
export async function performTasks(tasks: readonly Task[], options: TaskOptions): Promise<RunResult[]> {
  const { workers, signal } = options;
  const inWorkers = workers > 1 && tasks.length > 1;
  if (inWorkers) await performInWorkers(tasks, options);
  const results: RunResult[] = [];
  for (const task of tasks) {
    await breathe(signal, `before ${taskName(task)}`);
    // What the workers made is read from its folder, without a word; their --fresh was heeded there.
    const reading = inWorkers ? { fresh: false, terminal: { write: () => true } } : {};
    results.push(await performRun(task.run, { ...options, ...reading, seed: task.seed }));
  }
  return results;
}
