import { spread } from '../figures/statistics.js';
import type { RunLength, RunResult } from '../runs/run.js';
import { count, DASH, figureOrDash, percent, points } from '../terminal/format.js';
import { textTable } from '../terminal/text-table.js';

/**
 * The accuracies of some runs beside PyTorch's, as text in rows: for the terminal and for the
 * report.
 */
export interface AccuracyTable {
  headings: string[];
  rows: string[][];
  /** Notes about the figures: an empty column, the sample. */
  notes: string[];
}

/**
 * Builds the table of some runs of one command; `subject` is the heading of their titles.
 *
 * @param allSeeds the runs with every requested seed; several seeds add a column of means and
 *   spreads
 */
export function accuracyTable(
  subject: string,
  results: readonly RunResult[],
  allSeeds: readonly RunResult[] = results,
): AccuracyTable {
  const config = results[0]?.config;
  const several = allSeeds.length > results.length;
  const ofRun = ({ run }: RunResult) => allSeeds.filter((other) => other.run === run);
  const seeds = results.find((result) => result.pytorch)?.pytorch?.accuracy.seeds;
  return {
    headings: [
      subject,
      'First loss',
      'Last loss',
      'Test loss',
      several ? `Test accuracy, seed ${config?.seed ?? '?'}` : 'Test accuracy',
      ...(several ? [`Mean of ${results[0] ? ofRun(results[0]).length : 0} seeds ± deviation (range)`] : []),
      `PyTorch, seed ${config?.seed ?? '?'}`,
      seeds ? `PyTorch, mean of ${seeds} seeds (range)` : 'PyTorch, several seeds',
    ],
    rows: results.map((result) => row(result, several ? ofRun(result) : null)),
    notes: notesOn(results),
  };
}

/** Formats the table for the terminal. */
export function printedTable({ headings, rows, notes }: AccuracyTable): string {
  return [textTable(headings, rows), ...notes].join('\n');
}

function row(result: RunResult, seeds: readonly RunResult[] | null): string[] {
  const {
    run,
    metrics,
    end: { test },
    pytorch,
  } = result;
  const range = pytorch && `${exact(pytorch.accuracy.min)} to ${exact(pytorch.accuracy.max)}`;
  return [
    run.title,
    loss(metrics.train[0]?.train_loss),
    loss(metrics.train.at(-1)?.train_loss),
    loss(test.test_loss),
    exact(test.test_accuracy),
    ...(seeds ? [inSpread(seeds.map(({ end }) => end.test.test_accuracy))] : []),
    run.sameSeed || run.pytorch === null
      ? figureOrDash(pytorch?.sameSeed?.testAccuracy, exact)
      : 'other draws',
    pytorch ? `${exact(pytorch.accuracy.mean)} (${range})` : DASH,
  ];
}

function inSpread(accuracies: readonly number[]): string {
  const { mean, std, min, max } = spread(accuracies);
  return `${exact(mean)} ± ${points(std, 2)} (${exact(min)} to ${exact(max)})`;
}

/**
 * Returns the notes about the figures of some runs.
 *
 * @param compared the runs for which PyTorch has figures
 */
export function notesOn(results: readonly RunResult[], compared = results): string[] {
  return [sampleNote(results), lengthNote(results), missingPyTorch(compared)].filter((note) => note !== null);
}

/** Notes runs of different lengths, for instance of several commands. */
function lengthNote(results: readonly RunResult[]): string | null {
  const steps = new Set(results.map(({ end }) => end.step));
  if (steps.size < 2) return null;
  const each = results.map(({ run, end }) => `${run.title} has ${count(end.step)} steps`);
  return `These runs have different lengths: ${each.join(', ')}.`;
}

/** Notes runs on the sample; null for other data. */
function sampleNote(results: readonly RunResult[]): string | null {
  const data = results[0]?.config.data;
  if (data?.name !== 'sample') return null;
  return `On the embedded SAMPLE (${count(data.trainImages)} train and ${count(data.testImages)} test images), not on the full Fashion-MNIST.`;
}

/** Gives the reason why PyTorch's figures are missing, or null. */
function missingPyTorch(results: readonly RunResult[]): string | null {
  const [first] = results;
  if (!first) return null;
  const { data, maxSteps: steps, seed } = first.config;
  if (data.name === 'custom') return 'PyTorch was not run on this data, so it has no figures here.';
  if (results.every(({ run }) => run.pytorch === null)) {
    return 'PyTorch was not run with these settings, so it has no figures here.';
  }
  if (results.every((result) => !result.pytorch)) {
    return `The runs have ${steps} steps; PyTorch's figures are those of ${formatLength(first.run.length)}, so it has none here.`;
  }
  return results.some((result) => result.pytorch?.sameSeed)
    ? null
    : `PyTorch's figures for seed ${seed} were not recorded; the figures over several seeds are from other seeds.`;
}

function formatLength(length: RunLength): string {
  if ('steps' in length) return 'whole runs';
  return length.epochs === 1 ? 'a whole epoch' : `${length.epochs} whole epochs`;
}

function loss(value: number | undefined): string {
  return figureOrDash(value, (loss) => loss.toFixed(4));
}

/** Formats an accuracy to a hundredth of a percent, one image of the full test set. */
function exact(accuracy: number): string {
  return percent(accuracy, 2);
}
