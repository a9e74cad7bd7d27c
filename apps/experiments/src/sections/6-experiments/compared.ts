import { type Figures, figuresOfResult, tailSteps } from '../../figures/figures.js';
import { spread } from '../../figures/statistics.js';
import { escapeHtml } from '../../report/page.js';
import type { RunDefinition, RunResult } from '../../runs/run.js';

/** One run of a comparison, for the sentences about it. */
export interface Compared {
  run: RunDefinition;
  /** Its title, as HTML. */
  title: string;
  /** The run with the seed that the charts show. */
  result: RunResult;
  figures: Figures;
  /** Its runs with every seed, including that one. */
  seeds: readonly RunResult[];
}

/** The four runs of 6.2 by their layers. */
export interface Ablation {
  neither: Compared;
  layerNorm: Compared;
  dropout: Compared;
  both: Compared;
}

/** Returns the existing runs of a part of a section. */
export function comparedRuns(
  runs: readonly RunDefinition[],
  results: readonly RunResult[],
  allSeeds: readonly RunResult[],
): Compared[] {
  return runs.flatMap((run) => {
    const result = results.find((each) => each.run === run);
    if (!result) return [];
    const seeds = allSeeds.filter((each) => each.run === run);
    return [{ run, title: escapeHtml(run.title), result, figures: figuresOfResult(result), seeds }];
  });
}

/** Returns the mean of a figure over all seeds. */
export function meanOver({ seeds }: Compared, of: (figures: Figures) => number): number {
  return spread(seeds.map((each) => of(figuresOfResult(each)))).mean;
}

/** Returns the mean final test accuracy over all seeds. */
export function accuracyOf(each: Compared): number {
  return meanOver(each, ({ testAccuracy }) => testAccuracy);
}

/** Returns the mean final test loss over all seeds. */
export function testLossOf(each: Compared): number {
  return meanOver(each, ({ testLoss }) => testLoss);
}

/** Returns `over 3 seeds`, or '' for one seed. */
export function overSeeds({ seeds }: Compared): string {
  return seeds.length > 1 ? ` (means over ${seeds.length} seeds)` : '';
}

/** Returns the name of the mean train loss at the end. */
export function formatTail({ result }: Compared): string {
  const steps = tailSteps(result.end.step);
  return steps === 1 ? 'the last train loss' : `the mean of the last ${steps} train losses`;
}

/** The caption of a chart with PyTorch's curves. */
export const DASHED = ' Dashed: PyTorch’s own run of the same seed, where it was recorded.';
