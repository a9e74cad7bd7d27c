import { presentSections } from '../report/present.js';
import { describeEnvironment } from '../runs/environment.js';
import { estimate } from '../runs/estimate.js';
import { checkRun } from '../runs/execute.js';
import { executeTasks } from '../runs/execute-tasks.js';
import type { SectionsOptions } from '../runs/options.js';
import { tasksOf } from '../runs/tasks.js';
import { findSections } from '../sections/index.js';
import type { Section } from '../sections/section.js';
import { commandLine } from '../terminal/command-line.js';
import type { Flags } from './flags.js';
import { executeOne } from './one.js';
import { prepareRuns } from './prepare.js';
import { runAndPrint } from './run-and-print.js';

/** `experiments [sections...]`: all runs, or with `--index` one of them. */
export async function executeSectionsOrOne(numbers: string[], flags: Flags): Promise<void> {
  const sections = findSections(numbers);
  const { index, seed, seeds } = flags;
  await runAndPrint(async (signal) => {
    if (index === undefined) return executeSections(sections, await prepareRuns(flags, signal));
    const runs = sections.flatMap((section) => section.runs);
    const listedBy = commandLine('list', ...numbers, '--seed', `${seed}`, '--seeds', `${seeds}`);
    return executeOne(tasksOf(runs, flags), index, () => prepareRuns(flags, signal), listedBy);
  }, flags);
}

/**
 * Trains the runs of the sections and writes their report; returns the text for standard output.
 */
export async function executeSections(
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
  const results = await executeTasks(tasks, options);
  const { out, seed, data, backend } = options;
  return presentSections(sections, results, {
    out,
    seed,
    data: data.identity.name,
    environment: describeEnvironment(backend),
    all: findSections([]),
  });
}
