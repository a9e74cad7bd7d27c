import { accuracyTable, printedTable } from '../report/accuracy-table.js';
import { runRecord } from '../report/results-file.js';
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
  const records = results.map((result) => runRecord(result, '.'));
  const folders = results.map(({ folder }) => `Run: ${folder}`);
  return [printedTable(accuracyTable('Run', records.slice(0, 1), records)), '', ...folders].join('\n');
}
