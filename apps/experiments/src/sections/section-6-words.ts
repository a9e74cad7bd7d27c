import { type Figures, tailSteps } from '../figures.js';
import { figuresOfResult } from '../figures-table.js';
import { figuresOfPyTorch, pytorchVersion } from '../pytorch.js';
import { escapeHtml } from '../report/page.js';
import type { RunDefinition } from '../run-definition.js';
import type { RunResult } from '../run-result.js';
import { spread } from '../spread.js';
import { listOf, percent } from '../words.js';

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

/** `over 3 seeds`, or nothing of one. */
export function overSeeds({ seeds }: Compared): string {
  return seeds.length > 1 ? ` (means over ${seeds.length} seeds)` : '';
}

/** How the mean train loss at the end is called. */
export function tailInWords({ result }: Compared): string {
  const steps = tailSteps(result.end.step);
  return steps === 1 ? 'the last train loss' : `the mean of the last ${steps} train losses`;
}

/** Says so where runs are much shorter than the exercise's, and tell little of it. */
export function shortness(compared: readonly Compared[]): string {
  const short = compared.filter(({ run, result }) => {
    const part = result.config.data.name === 'sample' ? 10 : 1;
    return 'steps' in run.length && result.end.step < run.length.steps / part / 2 && !result.end.stoppedEarly;
  });
  const [first] = short;
  if (!first) return '';
  return `<p class="loud">These runs were cut short (${first.title} after ${first.result.end.step} steps): what follows is true of them, and says little of the exercise's.</p>`;
}

/** How near PyTorch's runs of the same seed are, at the first step and at the end. */
export function besidePyTorch(compared: readonly Compared[]): string {
  const both = compared.flatMap(({ title, run, result, figures }) => {
    const final = run.sameSeed ? result.pytorch?.sameSeed : null;
    return final ? [{ title, figures, pytorch: figuresOfPyTorch(final), config: result.config }] : [];
  });
  const [first] = both;
  if (!first || first.config.data.name === 'custom') return '';
  const apart = Math.max(
    ...both.map(({ figures, pytorch }) => Math.abs(figures.firstTrainLoss - pytorch.firstTrainLoss)),
  );
  const ends = both.map(({ title, figures, pytorch }) => {
    const difference = (figures.testAccuracy - pytorch.testAccuracy) * 100;
    return `${title} ${percent(figures.testAccuracy, 2)} against ${percent(pytorch.testAccuracy, 2)} (${difference < 0 ? '−' : '+'}${Math.abs(difference).toFixed(2)})`;
  });
  return (
    `<p>Beside PyTorch ${pytorchVersion(first.config.data.name)}, seed ${escapeHtml(String(first.config.seed))}: the first train losses ${apart === 0 ? 'are equal' : `differ by at most ${apart.toExponential(0)}`}. ` +
    `At the end the accuracies are ${listOf(ends)}. Both began with the same weights, batches and dropout masks; relu networks ` +
    'leave each other after some tens of steps, as PyTorch leaves itself on other kernels of the processor, so ends agree as those of two seeds do.</p>'
  );
}
