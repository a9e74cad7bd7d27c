import { chanceDifference, mean } from '../../figures/statistics.js';
import type { ActivationStatistics } from '../../model/activation-statistics.js';
import type { RunResult } from '../../runs/run.js';
import type { Findings, SectionResults } from '../section.js';

/** The fraction of saturated outputs above which a layer is called saturated. */
export const SATURATED = 0.5;

/** The loss of a guess with the same probability for every class. */
export const GUESS_LOSS = Math.log(10);

/** The result of one initialization. */
export interface Start {
  title: string;
  accuracy: number;
  activations: readonly ActivationStatistics[];
  /** The smallest fraction of saturated outputs of a layer. */
  saturation: number;
  firstLoss: number;
  /** The mean of the last tenth of the train losses. */
  tailLoss: number;
  /** True if PyTorch's run of the same seed and the same numbers is shown beside it. */
  besidePyTorch: boolean;
}

/** The findings of section 1. */
export interface InitializationFindings extends Findings {
  results: readonly RunResult[];
  allSeeds: readonly RunResult[];
  starts: readonly Start[];
  /** The initializations by their accuracy, the best first. */
  ranked: readonly Start[];
  /** The initializations that end too close to the best to rank; null if there is only the best. */
  level: { titles: readonly string[]; images: number; chance: number } | null;
  /**
   * The difference between the library's own Xavier and this project's; null if one of them is
   * missing.
   */
  reference: { apart: number; accuracies: readonly number[] } | null;
}

/** Computes the result of each initialization. */
export function findInitializations({ results, allSeeds }: SectionResults): InitializationFindings {
  const starts = results.map(startOf);
  const ranked = [...starts].sort((a, b) => b.accuracy - a.accuracy);
  return {
    results,
    allSeeds,
    starts,
    ranked,
    level: levelOf(ranked, results[0]?.config.data.testImages ?? 0),
    reference: referenceOf(results),
    record: {
      activations: results.flatMap(({ run, activations }) =>
        activations.map(({ counts: _counts, ...statistics }) => ({ run: run.name, ...statistics })),
      ),
    },
  };
}

function startOf({ run, end, metrics, activations, pytorch }: RunResult): Start {
  const losses = metrics.train.map((line) => line.train_loss);
  return {
    title: run.title,
    accuracy: end.test.test_accuracy,
    activations,
    saturation: Math.min(...activations.map((each) => each.saturated)),
    firstLoss: losses[0] ?? Number.NaN,
    tailLoss: mean(losses.slice(-Math.max(1, Math.round(losses.length / 10)))),
    besidePyTorch: run.sameSeed && Boolean(pytorch?.sameSeed),
  };
}

function levelOf(ranked: readonly Start[], images: number): InitializationFindings['level'] {
  const [best] = ranked;
  if (!best) return null;
  const chance = chanceDifference(best.accuracy, images);
  const level = ranked.filter(({ accuracy }) => best.accuracy - accuracy < chance);
  return level.length < 2 ? null : { titles: level.map(({ title }) => title), images, chance };
}

function referenceOf(results: readonly RunResult[]): InitializationFindings['reference'] {
  const [yours, reference] = ['init/xavier', 'init/xavier-reference'].map((name) =>
    results.find(({ run }) => run.name === name),
  );
  if (!yours || !reference) return null;
  const ratios = yours.activations.map(
    ({ std }, index) => std / (reference.activations[index]?.std ?? Number.NaN),
  );
  return {
    apart: Math.max(...ratios.map((ratio) => Math.abs(ratio - 1))),
    accuracies: [yours, reference].map(({ end }) => end.test.test_accuracy),
  };
}
