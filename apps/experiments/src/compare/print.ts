import { textTable } from '../terminal/text-table.js';
import type { Comparison, Rows } from './comparison.js';

/** A comparison for the terminal, or for the file that its output goes to. */
export function printedComparison({ notes, settings, figures, evaluations }: Comparison): string {
  return [
    notes.join('\n'),
    settings.rows.length === 0 ? SAME_SETTINGS : printed(settings),
    printed(figures),
    evaluations.rows.length === 0 ? NO_EVALUATIONS : printed(evaluations),
  ].join('\n\n');
}

/** Said where there is no table of settings. */
export const SAME_SETTINGS = 'Their settings are the same.';

/** Said where there is no table of evaluations. */
export const NO_EVALUATIONS = 'They were not evaluated after the same steps.';

function printed({ headings, rows }: Rows): string {
  return textTable(headings, rows);
}
