import type { RunConfig } from '../config/schema.js';
import { withPyTorch } from '../figures/pytorch.js';
import { commandLine } from '../terminal/command-line.js';
import { UserError } from '../terminal/user-error.js';
import { settingThatDiffers } from './diff.js';
import { isThere } from './files.js';
import { RunFolder } from './folder.js';
import { runPath } from './path.js';
import type { RunResult } from './run.js';
import { type Task, taskName } from './tasks.js';

/** The folder and data of finished runs. */
export interface ReadOptions {
  out: string;
  data: RunConfig['data']['name'];
}

/** The finished run of a task, or the reason why there is none. */
export type ReadRun = { result: RunResult } | { missing: string };

/** Returns the folder of a task's run, which may not exist. */
export function taskFolder({ run, seed }: Task, { out, data }: ReadOptions): string {
  return runPath(out, { data, run: run.name, seed });
}

/**
 * Reads a finished run of any length and backend from its folder, without training and without
 * data.
 */
export function readRun(task: Task, options: ReadOptions): ReadRun {
  const path = taskFolder(task, options);
  try {
    if (!isThere(path)) return { missing: `${taskName(task)} was not trained: there is no ${path}.` };
    const folder = RunFolder.open(path);
    const setting = settingThatDiffers(task.run, folder.config);
    if (setting) return { missing: `${taskName(task)} has another ${setting} than the exercise: ${path}` };
    const finished = folder.finished();
    if (finished) {
      return { result: withPyTorch({ run: task.run, config: folder.config, folder: path, ...finished }) };
    }
  } catch (error) {
    if (error instanceof UserError) return { missing: `${taskName(task)} cannot be read: ${error.message}` };
    throw error;
  }
  return { missing: `${taskName(task)} is not finished. Resume it with: ${commandLine('resume', path)}` };
}
