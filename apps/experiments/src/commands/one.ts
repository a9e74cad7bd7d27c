import { accuracyTable, printedTable } from '../accuracy-table.js';
import { performRun } from '../perform-run.js';
import type { SectionsOptions } from '../perform-sections.js';
import type { RunResult } from '../run-result.js';
import { type Task, taskAt } from '../tasks.js';

/**
 * Makes the run of that number in the list and nothing else; gives what belongs on standard output.
 *
 * @param listedBy the command that lists them
 */
export async function performOne(
  tasks: readonly Task[],
  index: number,
  setUp: () => Promise<SectionsOptions>,
  listedBy: string | null = null,
): Promise<string> {
  const { run, seed } = taskAt(tasks, index, listedBy);
  return describeRuns([await performRun(run, { ...(await setUp()), seed })]);
}

/** The table of some runs, and where they are. */
export function describeRuns(results: readonly RunResult[]): string {
  const [first] = results;
  const folders = results.map(({ folder }) => `Run: ${folder}`);
  return [first ? printedTable(accuracyTable('Run', [first], results)) : '', '', ...folders].join('\n');
}
