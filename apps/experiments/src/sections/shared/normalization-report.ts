import { type AccuracyTable, accuracyTable } from '../../report/accuracy-table.js';
import { lossFigure } from '../../report/chart/curves.js';
import { figureGrid } from '../../report/chart/figure.js';
import { escapeHtml } from '../../report/escape.js';
import { htmlTable } from '../../report/html.js';
import { chanceNotes, shortRunsNote } from '../../report/notes.js';
import type { RunRecord } from '../../report/records.js';
import { curvesOf } from '../../report/run-curves.js';
import { count, DASH, percent, signed } from '../../terminal/format.js';
import type { ReportInput } from '../section.js';
import type { NormalizationGain } from './normalization-findings.js';
import { settingsLine } from './settings-line.js';

/** Writes the part of sections 2 and 3 about their runs. */
export function normalizationReport({
  runs,
  allSeeds,
  findings: { gains },
}: ReportInput<{ gains: readonly NormalizationGain[] }>): string {
  const parts = [
    `<p>784-128-10 with tanh and the normalization after it. ${settingsLine(runs)} All runs start with the same weights and see the same batches.</p>`,
    shortRunsNote(runs),
    figureGrid(
      [lossFigure(curvesOf(runs))],
      `${htmlTable(normalizationTable({ runs, allSeeds }))}\n${gainTable(gains)}`,
    ),
  ];
  return parts.filter(Boolean).join('\n');
}

/** Returns the accuracies as a table, for the page and for the terminal. */
export function normalizationTable({
  runs,
  allSeeds,
}: Pick<ReportInput<unknown>, 'runs' | 'allSeeds'>): AccuracyTable {
  const table = accuracyTable('Normalization', runs, allSeeds);
  return { ...table, notes: [...table.notes, ...chanceNotes(runs)] };
}

/** Returns the accuracies in a sentence. */
export function normalizationSummary(runs: readonly RunRecord[]): string {
  const each = runs.map(({ title, figures }) => `${escapeHtml(title)} ${percent(figures.testAccuracy)}`);
  return `Test accuracy: ${each.join(', ')}.`;
}

function gainTable(gains: readonly NormalizationGain[]): string {
  const [first] = gains;
  if (!first) return '';
  const { level, window } = first;
  const loss = window === 1 ? 'train loss' : `mean train loss of ${window} steps`;
  return htmlTable({
    headings: ['Compared with “Without”', 'Test accuracy', 'Same loss at step'],
    rows: gains.map(({ title, gain, reachedAt, steps }) => [
      title,
      `${signed(gain * 100, 1)} points`,
      reachedAt === null ? DASH : `${count(reachedAt)} of ${count(steps)}`,
    ]),
    notes: [
      `The last column has the first step at which the ${loss} is at most ${level.toFixed(3)}, the last one of “Without”; ${DASH} if there is no such step.`,
    ],
  });
}
