import { type Figures, figuresOfResult, tailSteps } from '../figures/figures.js';
import { figuresOfPyTorch } from '../figures/pytorch.js';
import { type FigureSpreads, spreadsOf } from '../figures/spreads.js';
import type { Spread } from '../figures/statistics.js';
import type { RunResult } from '../runs/run.js';
import { count, percent } from '../terminal/format.js';
import { textTable } from '../terminal/text-table.js';
import { notesOn } from './accuracy-table.js';

/** A table of train and test losses, with PyTorch's figures in rows below each run's own. */
export interface FiguresTable {
  headings: string[];
  /** The rows of each run, its own row first. */
  groups: string[][][];
  notes: string[];
}

/**
 * Builds the table of some runs of one seed.
 *
 * @param allSeeds the runs with every requested seed; several seeds add a row of means and spreads
 */
export function figuresTable(results: readonly RunResult[], allSeeds: readonly RunResult[]): FiguresTable {
  const steps = Math.max(0, ...results.map(({ end }) => end.step));
  return {
    headings: [
      'Run',
      `Train loss (last ${tailSteps(steps)})`,
      'Test loss',
      'Test accuracy',
      'Smallest test loss',
      'at step',
    ],
    groups: results.map((result) =>
      rowsOf(
        result,
        allSeeds.filter(({ run }) => run === result.run),
      ),
    ),
    notes: notesOn(
      results,
      results.filter(({ run }) => run.pytorch !== null),
    ),
  };
}

/** Formats the table for the terminal. */
export function printedFigures({ headings, groups, notes }: FiguresTable): string {
  const rows = groups.flatMap((group) =>
    group.map(([name = '', ...cells], index) => [index === 0 ? name : `  ${name}`, ...cells]),
  );
  return [textTable(headings, rows), ...notes].join('\n');
}

function rowsOf(result: RunResult, seeds: readonly RunResult[]): string[][] {
  const { run, pytorch, config } = result;
  return [
    [run.title, ...cellsOf(figuresOfResult(result))],
    ...(seeds.length > 1 ? spreadRows(`mean of ${seeds.length} seeds`, spreadsOf(seeds)) : []),
    ...(pytorch?.sameSeed
      ? [[`PyTorch, seed ${config.seed}`, ...cellsOf(figuresOfPyTorch(pytorch.sameSeed))]]
      : []),
    ...(pytorch && (pytorch.accuracy.seeds > 1 || !pytorch.sameSeed)
      ? spreadRows(
          pytorch.accuracy.seeds > 1
            ? `PyTorch, mean of ${pytorch.accuracy.seeds} seeds`
            : 'PyTorch, another seed',
          pytorch,
        )
      : []),
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
