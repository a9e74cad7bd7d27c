import { spread } from '../figures/statistics.js';
import { DASH, figureOrDash, percent, points } from '../terminal/format.js';
import { textTable } from '../terminal/text-table.js';
import { notesOn, sampleNotes } from './notes.js';
import type { RunRecord } from './records.js';

/**
 * The accuracies of some runs beside PyTorch's, as text in rows: for the terminal and for the
 * report.
 */
export interface AccuracyTable {
  headings: string[];
  rows: string[][];
  /** Notes about the figures: an empty column, the sample. */
  notes: string[];
  /** Notes for the terminal alone, since the page has them at its start. */
  terminalNotes: string[];
}

/**
 * Builds the table of some runs of one command; `subject` is the heading of their titles.
 *
 * @param allSeeds the runs with every requested seed; several seeds add a column of means and
 *   spreads
 */
export function accuracyTable(
  subject: string,
  runs: readonly RunRecord[],
  allSeeds: readonly RunRecord[] = runs,
): AccuracyTable {
  const seed = runs[0]?.seed ?? '?';
  const several = allSeeds.length > runs.length;
  const ofRun = ({ run }: RunRecord) => allSeeds.filter((other) => other.run === run);
  const seeds = runs.find(({ pytorch }) => pytorch)?.pytorch?.seeds.accuracy.seeds;
  return {
    headings: [
      subject,
      'First loss',
      'Last loss',
      'Test loss',
      several ? `Test accuracy, seed ${seed}` : 'Test accuracy',
      ...(several ? [`Mean of ${runs[0] ? ofRun(runs[0]).length : 0} seeds ± deviation (range)`] : []),
      `PyTorch, seed ${seed}`,
      seeds ? `PyTorch, mean of ${seeds} seeds (range)` : 'PyTorch, several seeds',
    ],
    rows: runs.map((run) => row(run, several ? ofRun(run) : null)),
    notes: notesOn(runs),
    terminalNotes: sampleNotes(runs),
  };
}

/** Formats the table for the terminal. */
export function printedTable({ headings, rows, notes, terminalNotes }: AccuracyTable): string {
  return [textTable(headings, rows), ...terminalNotes, ...notes].join('\n');
}

function row({ title, figures, pytorch }: RunRecord, seeds: readonly RunRecord[] | null): string[] {
  const accuracy = pytorch?.seeds.accuracy;
  const range = accuracy && `${points(accuracy.min, 2)} to ${exact(accuracy.max)}`;
  return [
    title,
    figures.firstTrainLoss.toFixed(4),
    figures.lastTrainLoss.toFixed(4),
    figures.testLoss.toFixed(4),
    exact(figures.testAccuracy),
    ...(seeds ? [inSpread(seeds.map((each) => each.figures.testAccuracy))] : []),
    figureOrDash(pytorch?.sameSeed?.testAccuracy, exact),
    accuracy ? `${exact(accuracy.mean)} (${range})` : DASH,
  ];
}

function inSpread(accuracies: readonly number[]): string {
  const { mean, std, min, max } = spread(accuracies);
  return `${exact(mean)} ± ${points(std, 2)} (${points(min, 2)} to ${exact(max)})`;
}

/** Formats an accuracy to a hundredth of a percent, one image of the full test set. */
function exact(accuracy: number): string {
  return percent(accuracy, 2);
}
