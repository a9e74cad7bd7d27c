import type { Metrics, TestMetrics } from './metrics.js';
import { mean } from './statistics.js';

/** An evaluation: means over the whole test set. */
export interface Evaluation {
  step: number;
  loss: number;
  accuracy: number;
}

/** The figures by which runs are compared, for this project and PyTorch. */
export interface Figures {
  /** The train loss of the first step, before any update. */
  firstTrainLoss: number;
  /** The train loss of the last step. */
  lastTrainLoss: number;
  /** The mean of the last {@link tailSteps} train losses. */
  tailTrainLoss: number;
  /** The test loss of the evaluation that counts: the last, or with early stopping the best. */
  testLoss: number;
  testAccuracy: number;
  /** The evaluation with the smallest test loss, the earliest of equal ones. */
  best: Evaluation;
}

/**
 * Returns the number of last steps over which the train loss is averaged, against the noise of
 * single batches.
 */
export function tailSteps(steps: number): number {
  return Math.min(100, steps);
}

/**
 * Returns the figures of a run that was trained and evaluated at least once, else null.
 *
 * @param test the evaluation that counts; the last one unless early stopping restored another
 */
export function figuresOf(
  metrics: Metrics,
  test: TestMetrics | undefined = metrics.test.at(-1),
): Figures | null {
  const [first, last] = [metrics.train[0], metrics.train.at(-1)];
  const best = bestOf(evaluationsOf(metrics));
  if (!first || !last || !test || !best) return null;
  return {
    firstTrainLoss: first.train_loss,
    lastTrainLoss: last.train_loss,
    tailTrainLoss: mean(metrics.train.slice(-tailSteps(metrics.train.length)).map((line) => line.train_loss)),
    testLoss: test.test_loss,
    testAccuracy: test.test_accuracy,
    best,
  };
}

/** Returns the evaluations of a run, in order. */
export function evaluationsOf({ test }: Pick<Metrics, 'test'>): Evaluation[] {
  return test.map(({ step, test_loss, test_accuracy }) => ({
    step,
    loss: test_loss,
    accuracy: test_accuracy,
  }));
}

/** Returns the evaluation with the smallest loss, the earliest of equal ones. */
export function bestOf(evaluations: readonly Evaluation[]): Evaluation | null {
  return evaluations.reduce<Evaluation | null>(
    (best, each) => (best === null || each.loss < best.loss ? each : best),
    null,
  );
}

/** The sources of a finished run's figures. */
export interface FinishedFigures {
  metrics: Metrics;
  /** The end of the run, with the evaluation that counts. */
  end: { test: TestMetrics };
}

/** Returns the figures of a finished run. */
export function figuresOfResult({ metrics, end }: FinishedFigures): Figures {
  const figures = figuresOf(metrics, end.test);
  if (!figures)
    throw new Error('The finished run has no train loss or no evaluation; expected at least one of each.');
  return figures;
}
