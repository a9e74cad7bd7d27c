import { type FinishedFigures, figuresOfResult } from './figures.js';
import type { PyTorchResult } from './pytorch-result.js';
import { spread } from './statistics.js';

/** The figures that are compared over several seeds. */
export type FigureSpreads = Omit<PyTorchResult, 'sameSeed'>;

/** Returns the spreads of runs that differ only in their seeds. */
export function spreadsOf(seeds: readonly FinishedFigures[]): FigureSpreads {
  const figures = seeds.map(figuresOfResult);
  return {
    accuracy: spread(figures.map(({ testAccuracy }) => testAccuracy)),
    testLoss: spread(figures.map(({ testLoss }) => testLoss)),
    tailTrainLoss: spread(figures.map(({ tailTrainLoss }) => tailTrainLoss)),
    bestTestLoss: spread(figures.map(({ best }) => best.loss)),
  };
}
