import { mean } from '../../figures/statistics.js';
import type { RunResult } from '../../runs/run.js';

/** How much better a network with normalization is than the one without, and how much sooner. */
export interface NormalizationGain {
  title: string;
  accuracy: number;
  /** Its test accuracy minus that of the network without. */
  gain: number;
  /** The mean train loss at which the network without ends. */
  level: number;
  /** How many steps that mean is taken over. */
  window: number;
  /** The step at which its own mean is down to {@link level}; null where it never is. */
  reachedAt: number | null;
  /** How many steps it was trained. */
  steps: number;
}

/** What sections 2 and 3 find of their runs. */
export interface NormalizationFindings {
  results: readonly RunResult[];
  /** The runs with every seed, for the table. */
  allSeeds: readonly RunResult[];
  gains: readonly NormalizationGain[];
}

/** Compares the networks with normalization to the one without, the first of the results. */
export function findNormalization({
  results,
  allSeeds,
}: Omit<NormalizationFindings, 'gains'>): NormalizationFindings {
  return { results, allSeeds, gains: gainsOf(results) };
}

function gainsOf([without, ...others]: readonly RunResult[]): NormalizationGain[] {
  if (without === undefined || without.metrics.train.length === 0) return [];
  const losses = lossesOf(without);
  // Means of ten steps, against the noise; in a short run of a tenth of it.
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
