import { bootstrapMean } from '@trainkit/sweep';
import { type Figures, tailSteps } from '../figures/figures.js';
import type { FigureSpreads } from '../figures/spreads.js';
import { type Spread, spread } from '../figures/statistics.js';
import { count, percent } from '../terminal/format.js';
import { textTable } from '../terminal/text-table.js';
import { notesOn, sampleNotes } from './notes.js';
import type { RunRecord } from './records.js';

/** A table of train and test losses, with PyTorch's figures in rows below each run's own. */
export interface FiguresTable {
  headings: string[];
  /** The rows of each run, its own row first. */
  groups: string[][][];
  notes: string[];
  /** Notes for the terminal alone, since the page has them at its start. */
  terminalNotes: string[];
}

/**
 * Builds the table of some runs of one seed.
 *
 * @param allSeeds the runs with every requested seed; several seeds add rows with their means and
 *   the 95 % intervals of these
 */
export function figuresTable(runs: readonly RunRecord[], allSeeds: readonly RunRecord[]): FiguresTable {
  const steps = Math.max(0, ...runs.map((run) => run.steps));
  return {
    headings: [
      'Run',
      `Train loss (last ${tailSteps(steps)})`,
      'Test loss',
      'Test accuracy',
      'Smallest test loss',
      'at step',
    ],
    groups: runs.map((run) =>
      rowsOf(
        run,
        allSeeds.filter((other) => other.run === run.run),
      ),
    ),
    notes: notesOn(runs),
    terminalNotes: sampleNotes(runs),
  };
}

/** Formats the table for the terminal. */
export function printedFigures({ headings, groups, notes, terminalNotes }: FiguresTable): string {
  const rows = groups.flatMap((group) =>
    group.map(([name = '', ...cells], index) => [index === 0 ? name : `  ${name}`, ...cells]),
  );
  return [textTable(headings, rows), ...terminalNotes, ...notes].join('\n');
}

function rowsOf(run: RunRecord, seeds: readonly RunRecord[]): string[][] {
  const { title, figures, pytorch, seed } = run;
  return [
    [title, ...cellsOf(figures)],
    ...(seeds.length > 1 ? intervalRows(seeds.map((each) => each.figures)) : []),
    ...(pytorch?.sameSeed ? [[`PyTorch, seed ${seed}`, ...cellsOf(pytorch.sameSeed)]] : []),
    ...(pytorch && (pytorch.seeds.accuracy.seeds > 1 || !pytorch.sameSeed)
      ? spreadRows(
          pytorch.seeds.accuracy.seeds > 1
            ? `PyTorch, mean of ${pytorch.seeds.accuracy.seeds} seeds`
            : 'PyTorch, another seed',
          pytorch.seeds,
        )
      : []),
  ];
}

/** Returns a row of means and deviations over seeds, and a row of the means' intervals. */
function intervalRows(figures: readonly Figures[]): string[][] {
  const columns = [
    { of: (each: Figures) => each.tailTrainLoss, factor: 1, digits: 4 },
    { of: (each: Figures) => each.testLoss, factor: 1, digits: 4 },
    { of: (each: Figures) => each.testAccuracy, factor: 100, digits: 2 },
    { of: (each: Figures) => each.best.loss, factor: 1, digits: 4 },
  ];
  const cells = columns.map(({ of, factor, digits }) => {
    const values = figures.map(of);
    const { low, high } = bootstrapMean(values);
    const [from, to] = [low, high].map((bound) => (bound * factor).toFixed(digits));
    const unit = factor === 100 ? ' %' : '';
    return { mean: formatSpread(spread(values), factor, digits).mean, interval: `${from} to ${to}${unit}` };
  });
  return [
    [`mean of ${figures.length} seeds ± deviation`, ...cells.map(({ mean }) => mean), ''],
    ['95 % interval of the mean', ...cells.map(({ interval }) => interval), ''],
  ];
}

function cellsOf({ tailTrainLoss, testLoss, testAccuracy, best }: Figures): string[] {
  return [
    tailTrainLoss.toFixed(4),
    testLoss.toFixed(4),
    percent(testAccuracy, 2),
    best.loss.toFixed(4),
    count(best.step),
  ];
}

/** Returns a row of means and deviations, and a row of ranges. */
function spreadRows(
  name: string,
  { tailTrainLoss, testLoss, accuracy, bestTestLoss }: FigureSpreads,
): string[][] {
  const losses = [tailTrainLoss, testLoss, bestTestLoss].map((each) => formatSpread(each, 1, 4));
  const [train, test, best] = losses;
  const cells = [train, test, formatSpread(accuracy, 100, 2), best];
  const means = [name, ...cells.map((each) => each?.mean ?? ''), ''];
  return accuracy.seeds > 1
    ? [means, ['from … to …', ...cells.map((each) => each?.range ?? ''), '']]
    : [means];
}

function formatSpread(
  { mean, std, min, max, seeds }: Spread,
  factor: number,
  digits: number,
): { mean: string; range: string } {
  const [m, s, low, high] = [mean, std, min, max].map((value) => (value * factor).toFixed(digits));
  const unit = factor === 100 ? ' %' : '';
  return { mean: seeds > 1 ? `${m} ± ${s}${unit}` : `${m}${unit}`, range: `${low} to ${high}${unit}` };
}
