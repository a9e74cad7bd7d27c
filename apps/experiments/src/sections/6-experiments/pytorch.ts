import type { RunConfig } from '../../config/schema.js';
import type { Figures } from '../../figures/figures.js';
import { figuresOfPyTorch, pytorchVersion } from '../../figures/pytorch.js';
import type { Spread } from '../../figures/statistics.js';
import { escapeHtml } from '../../report/page.js';
import { listOf, percent, signed } from '../../terminal/format.js';
import type { Compared } from './compared.js';

/** A run, and PyTorch's run with the same seed and the same random numbers. */
interface Pair {
  title: string;
  config: RunConfig;
  ours: Figures;
  theirs: Figures;
  /** PyTorch's accuracies with every recorded seed. */
  recorded: Spread;
}

/** Compares the runs with PyTorch's of the same seed, at the first step and at the end. */
export function besidePyTorch(compared: readonly Compared[]): string {
  const pairs = compared.flatMap(pairOf);
  const [first] = pairs;
  if (!first || first.config.data.name === 'custom') return '';
  const apart = Math.max(
    ...pairs.map(({ ours, theirs }) => Math.abs(ours.firstTrainLoss - theirs.firstTrainLoss)),
  );
  const ends = pairs.map(({ title, ours, theirs }) => {
    const difference = signed((ours.testAccuracy - theirs.testAccuracy) * 100, 2);
    return `${title} ${percent(ours.testAccuracy, 2)} against ${percent(theirs.testAccuracy, 2)} (${difference})`;
  });
  return (
    `<p>Beside PyTorch ${pytorchVersion(first.config.data.name)}, seed ${escapeHtml(String(first.config.seed))}: the first train losses ${apart === 0 ? 'are equal' : `differ by at most ${apart.toExponential(0)}`}. ` +
    `At the end the accuracies are ${listOf(ends)}. Both start with the same weights, batches and dropout masks. ReLU runs ` +
    `diverge after a few dozen steps, as PyTorch does between CPU kernels${describeEnds(pairs)}</p>`
  );
}

function pairOf({ title, run, result, figures }: Compared): Pair[] {
  const { config, pytorch } = result;
  if (!run.sameSeed || !pytorch?.sameSeed) return [];
  return [
    { title, config, ours: figures, theirs: figuresOfPyTorch(pytorch.sameSeed), recorded: pytorch.accuracy },
  ];
}

/** Compares the ends with those of PyTorch's recorded seeds, as the rest of a sentence. */
function describeEnds(pairs: readonly Pair[]): string {
  const judged = pairs.filter(({ recorded }) => recorded.seeds > 1);
  if (judged.length === 0) {
    return '. PyTorch was recorded with this seed alone, so nothing here tells how far apart two seeds end.';
  }
  const [within, outside] = [judged.filter(isWithin), judged.filter((pair) => !isWithin(pair))];
  return outside.length === 0
    ? `, so ends agree as those of two seeds do. Within the range of PyTorch’s seeds: ${ranges(within)}.`
    : `. Outside the range of PyTorch’s seeds: ${ranges(outside)}${within.length > 0 ? `; within it: ${ranges(within)}` : ''}.`;
}

/** Returns true if a run ends within the range of PyTorch's seeds, to half an image. */
function isWithin({ ours, recorded, config }: Pair): boolean {
  const half = 0.5 / config.data.testImages;
  return ours.testAccuracy > recorded.min - half && ours.testAccuracy < recorded.max + half;
}

function ranges(pairs: readonly Pair[]): string {
  const each = pairs.map(
    ({ title, recorded: { min, max, seeds } }) =>
      `${title} (${percent(min, 2)} to ${percent(max, 2)}, ${seeds} seeds)`,
  );
  return listOf(each);
}
