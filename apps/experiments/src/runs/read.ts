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

/** Where finished runs are looked for. */
export interface ReadOptions {
  out: string;
  data: RunConfig['data']['name'];
}

/** The run of a task as it was made, or in words why there is none. */
export type ReadRun = { result: RunResult } | { missing: string };

/** The folder in which a task's run is, if it was made. */
export function taskFolder({ run, seed }: Task, { out, data }: ReadOptions): string {
  return runPath(out, { data, run: run.name, seed });
}

/**
 * Reads a finished run from its folder, however long it is and whatever backend made it; nothing is trained and no data
 * are needed.
 */
export function readRun(task: Task, options: ReadOptions): ReadRun {
  const path = taskFolder(task, options);
  try {
    if (!isThere(path)) return { missing: `${taskName(task)} was not made: there is no ${path}.` };
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
  return { missing: `${taskName(task)} is not finished. Go on with: ${commandLine('resume', path)}` };
}
