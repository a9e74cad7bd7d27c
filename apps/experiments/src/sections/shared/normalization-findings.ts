import { mean } from '../../figures/statistics.js';
import type { RunResult } from '../../runs/run.js';

/** The gain of a network with normalization over the one without, in accuracy and in steps. */
export interface NormalizationGain {
  title: string;
  accuracy: number;
  /** Its test accuracy minus that of the network without. */
  gain: number;
  /** The final mean train loss of the network without. */
  level: number;
  /** Number of steps of that mean. */
  window: number;
  /** The step at which its own mean reaches {@link level}; null if it never does. */
  reachedAt: number | null;
  /** Number of its training steps. */
  steps: number;
}

/** The findings of sections 2 and 3 about their runs. */
export interface NormalizationFindings {
  results: readonly RunResult[];
  /** The runs with every seed, for the table. */
  allSeeds: readonly RunResult[];
  gains: readonly NormalizationGain[];
}

/**
 * Compares the networks with normalization to the one without, which is the first of the results.
 */
export function findNormalization({
  results,
  allSeeds,
}: Omit<NormalizationFindings, 'gains'>): NormalizationFindings {
  return { results, allSeeds, gains: gainsOf(results) };
}

function gainsOf([without, ...others]: readonly RunResult[]): NormalizationGain[] {
  if (without === undefined || without.metrics.train.length === 0) return [];
  const losses = lossesOf(without);
  // Means over ten steps reduce the noise; in a short run over a tenth of its steps.
  const window = Math.min(10, Math.ceil(losses.length / 10));
  const level = mean(losses.slice(-window));
  return others.map((other) => {
    const accuracy = other.end.test.test_accuracy;
    const curve = lossesOf(other);
    const reached = curve.findIndex(
      (_, index) => index >= window - 1 && mean(curve.slice(index - window + 1, index + 1)) <= level,
    );
    return {
      title: other.run.title,
      accuracy,
      gain: accuracy - without.end.test.test_accuracy,
      level,
      window,
      reachedAt: reached < 0 ? null : reached + 1,
      steps: curve.length,
    };
  });
}

function lossesOf({ metrics }: RunResult): number[] {
  return metrics.train.map((line) => line.train_loss);
}
