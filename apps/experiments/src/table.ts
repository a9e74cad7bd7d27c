import Table from 'cli-table3';
import { missingPyTorch, type RunResult, resultHeadings, resultRow } from './results.js';

/** The accuracies beside PyTorch's, as a table for the terminal or a log. */
export function resultTable(results: readonly RunResult[]): string {
  const table = new Table({
    head: resultHeadings(results),
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right', 'right'],
    style: { head: [], border: [], compact: true },
  });
  for (const result of results) table.push(Object.values(resultRow(result)));
  const note = missingPyTorch(results);
  return note ? `${table}\n${note}` : String(table);
}
