import { z } from 'zod';
import { mean } from '../../figures/statistics.js';
import type { RunResult } from '../../runs/run.js';

/** The schema of the gain of a network with normalization over the one without. */
export const gainSchema = z.object({
  title: z.string(),
  accuracy: z.number(),
  /** Its test accuracy minus that of the network without. */
  gain: z.number(),
  /** The final mean train loss of the network without. */
  level: z.number(),
  /** Number of steps of that mean. */
  window: z.int(),
  /** The step at which its own mean reaches {@link level}; null if it never does. */
  reachedAt: z.int().nullable(),
  /** Number of its training steps. */
  steps: z.int(),
});

/** See {@link gainSchema}. */
export type NormalizationGain = z.infer<typeof gainSchema>;

/**
 * Compares the networks with normalization to the one without, which is the first of the results:
 * in accuracy, and in the steps to the same train loss.
 */
export function findGains([without, ...others]: readonly RunResult[]): NormalizationGain[] {
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
