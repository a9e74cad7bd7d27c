import { textTable } from '../terminal/text-table.js';
import type { Comparison, Rows } from './comparison.js';

/** Formats a comparison for the terminal, without colors. */
export function printedComparison({ notes, settings, figures, evaluations }: Comparison): string {
  return [
    notes.join('\n'),
    settings.rows.length === 0 ? SAME_SETTINGS : printed(settings),
    printed(figures),
    evaluations.rows.length === 0 ? NO_EVALUATIONS : printed(evaluations),
  ].join('\n\n');
}

/** The text in place of an empty table of settings. */
export const SAME_SETTINGS = 'Their settings are the same.';

/** The text in place of an empty table of evaluations. */
export const NO_EVALUATIONS = 'They were not evaluated after the same steps.';

function printed({ headings, rows }: Rows): string {
  return textTable(headings, rows);
}
