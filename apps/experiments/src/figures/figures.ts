import type { Metrics, TestMetrics } from './metrics.js';
import { mean } from './statistics.js';

/** An evaluation: means over the whole test set. */
export interface Evaluation {
  step: number;
  loss: number;
  accuracy: number;
}

/** The figures that a run is compared by; this project's and PyTorch's alike. */
export interface Figures {
  /** The train loss of the first step, before any update. */
  firstTrainLoss: number;
  /** That of the last step. */
  lastTrainLoss: number;
  /** The mean of the last {@link tailSteps} train losses. */
  tailTrainLoss: number;
  /** The evaluation that counts: the last, or with early stopping the best. */
  testLoss: number;
  testAccuracy: number;
  /** The evaluation with the smallest test loss, the earliest of equals. */
  best: Evaluation;
}

/** How many steps the mean train loss at a run's end is taken over: the noise of single batches averages out. */
export function tailSteps(steps: number): number {
  return Math.min(100, steps);
}

/**
 * The figures of a run that has trained and was evaluated at least once.
 *
 * @param test the evaluation that counts; the last one unless early stopping gave back another
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

/** A run's evaluations, in order. */
export function evaluationsOf({ test }: Pick<Metrics, 'test'>): Evaluation[] {
  return test.map(({ step, test_loss, test_accuracy }) => ({
    step,
    loss: test_loss,
    accuracy: test_accuracy,
  }));
}

/** The evaluation with the smallest loss, the earliest of equals. */
export function bestOf(evaluations: readonly Evaluation[]): Evaluation | null {
  return evaluations.reduce<Evaluation | null>(
    (best, each) => (best === null || each.loss < best.loss ? each : best),
    null,
  );
}

/** What a finished run has its figures from. */
export interface FinishedFigures {
  metrics: Metrics;
  /** With the evaluation that counts. */
  end: { test: TestMetrics };
}

/** The figures of a finished run. */
export function figuresOfResult({ metrics, end }: FinishedFigures): Figures {
  const figures = figuresOf(metrics, end.test);
  if (!figures) throw new Error('A finished run was trained and evaluated.');
  return figures;
}

/** How far the test loss is above the train loss at the end. */
export function gapOf({ testLoss, tailTrainLoss }: Figures): number {
  return testLoss - tailTrainLoss;
}
