import { estimate } from './estimate.js';
import { checkRun } from './perform-run.js';
import { performTasks } from './perform-tasks.js';
import { presentSections } from './present-sections.js';
import type { Section } from './sections/section.js';
import type { TaskOptions } from './task-options.js';
import { tasksOf } from './tasks.js';

/** What a command decides of all sections. */
export interface SectionsOptions extends TaskOptions {
  /** How many seeds every run is made with, from `seed` on. */
  seeds: number;
}

/** Makes the runs of all sections and their report; gives what belongs on standard output. */
export async function performSections(
  sections: readonly Section[],
  options: SectionsOptions,
): Promise<string> {
  const tasks = tasksOf(
    sections.flatMap(({ runs }) => runs),
    options,
  );
  for (const { run, seed } of tasks) checkRun(run, { ...options, seed });
  const time = await estimate(tasks, options);
  if (time) options.terminal.write(`${time}\n`);
  const results = await performTasks(tasks, options);
  const { out, seed, data } = options;
  return presentSections(sections, results, { out, seed, data: data.identity.name });
}
