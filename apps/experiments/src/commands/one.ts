import { accuracyTable, printedTable } from '../report/accuracy-table.js';
import { executeRun } from '../runs/execute.js';
import type { SectionsOptions } from '../runs/options.js';
import type { RunResult } from '../runs/run.js';
import { type Task, taskAt } from '../runs/tasks.js';

/**
 * Trains the run of that index in the list alone; returns the text for standard output.
 *
 * @param listedBy the command that lists them
 */
export async function executeOne(
  tasks: readonly Task[],
  index: number,
  prepareRuns: () => Promise<SectionsOptions>,
  listedBy: string | null = null,
): Promise<string> {
  const { run, seed } = taskAt(tasks, index, listedBy);
  return describeRuns([await executeRun(run, { ...(await prepareRuns()), seed })]);
}

/** Returns the table of some runs, and their folders. */
export function describeRuns(results: readonly RunResult[]): string {
  const [first] = results;
  const folders = results.map(({ folder }) => `Run: ${folder}`);
  return [first ? printedTable(accuracyTable('Run', [first], results)) : '', '', ...folders].join('\n');
}
