import { type Figures, figuresOfResult, tailSteps } from '../../figures/figures.js';
import { spread } from '../../figures/statistics.js';
import { escapeHtml } from '../../report/page.js';
import type { RunDefinition, RunResult } from '../../runs/run.js';

/** One run of a comparison: what the sentences about it are made of. */
export interface Compared {
  run: RunDefinition;
  /** Its title, as HTML. */
  title: string;
  /** The run with the seed that the pictures show. */
  result: RunResult;
  figures: Figures;
  /** Its runs with every seed, that one among them. */
  seeds: readonly RunResult[];
}

/** What 6.2 finds: the four runs by what they have. */
export interface Ablation {
  neither: Compared;
  layerNorm: Compared;
  dropout: Compared;
  both: Compared;
}

/** What is known of the runs of a part of a section, those that are there. */
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

/** A figure's mean over all seeds: of one seed, that figure. */
export function meanOver({ seeds }: Compared, of: (figures: Figures) => number): number {
  return spread(seeds.map((each) => of(figuresOfResult(each)))).mean;
}

/** Its test accuracy at the end, the mean over all seeds. */
export function accuracyOf(each: Compared): number {
  return meanOver(each, ({ testAccuracy }) => testAccuracy);
}

/** Its test loss at the end, the mean over all seeds. */
export function testLossOf(each: Compared): number {
  return meanOver(each, ({ testLoss }) => testLoss);
}

/** `over 3 seeds`, or nothing of one. */
export function overSeeds({ seeds }: Compared): string {
  return seeds.length > 1 ? ` (means over ${seeds.length} seeds)` : '';
}

/** How the mean train loss at the end is called. */
export function tailInWords({ result }: Compared): string {
  const steps = tailSteps(result.end.step);
  return steps === 1 ? 'the last train loss' : `the mean of the last ${steps} train losses`;
}

/** Said below a picture that has PyTorch's curves in it. */
export const DASHED = ' Dashed: PyTorch’s own run of the same seed, where it was recorded.';
