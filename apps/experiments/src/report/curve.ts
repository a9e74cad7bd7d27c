import { type Evaluation, tailSteps } from '../figures/figures.js';
import type { Metrics } from '../figures/metrics.js';
import { mean, runningMean, smoothingWindow } from '../figures/statistics.js';
import type { CurveRecord } from './records.js';

/** Number of points of a drawn curve; a chart is not much wider in pixels. */
const POINTS = 240;

/** One run in a chart of several. */
export interface Curve {
  /** Its name in the legend. */
  title: string;
  curve: CurveRecord;
  evaluations: readonly Evaluation[];
  /** PyTorch's evaluations of the same run and seed; empty if there are none. */
  pytorch: readonly Evaluation[];
}

/** Returns the training curve of a run, thinned for charts. */
export function curveRecord({ train }: Pick<Metrics, 'train'>): CurveRecord {
  const window = smoothingWindow(train.length);
  const stride = Math.max(1, Math.ceil(train.length / POINTS));
  const drawn = train.flatMap((_, index) =>
    index % stride === 0 || index === train.length - 1 ? [index] : [],
  );
  const losses = train.map((line) => line.train_loss);
  const at = (values: readonly number[]) => drawn.map((index) => rounded(values[index] ?? 0));
  return {
    window,
    stride,
    steps: drawn.map((index) => train[index]?.step ?? index + 1),
    stepLoss: at(losses),
    loss: at(runningMean(losses, window)),
    accuracy: at(
      runningMean(
        train.map((line) => line.train_accuracy),
        window,
      ),
    ),
  };
}

/**
 * Returns the generalization gap at each evaluation: the test loss minus the mean of the last 100
 * train losses up to its step.
 */
export function gapsOf({ train, test }: Metrics): number[] {
  return test.map(({ step, test_loss }) => {
    const until = train.filter((line) => line.step <= step).slice(-tailSteps(step));
    return rounded(test_loss - mean(until.map((line) => line.train_loss)));
  });
}

/** Returns a number with the digits that a chart can show. */
function rounded(value: number): number {
  return Number(value.toPrecision(5));
}
