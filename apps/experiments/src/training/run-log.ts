import { readdirSync } from 'node:fs';
import type { NamedTensorMap, Tensor } from '@tensorflow/tfjs-core';
import { errorMessage } from '@trainkit/checks';
import type { Module } from '@trainkit/nn';
import { SummaryWriter } from '@trainkit/tensorboard';
import type { Metrics, TestMetrics, TrainMetrics } from '../figures/metrics.js';
import { type MetricsPosition, MetricsWriter } from '../runs/metrics-file.js';

/** What {@link RunLog} takes beside its folder. */
interface RunLogOptions {
  /** Where the run goes on; what was logged beyond it is cut off. */
  place: MetricsPosition;
  /** Hears what does not stop the run: event files that cannot be written. */
  onWarning: (warning: Error) => void;
}

/** Where a run's numbers go: `metrics.jsonl` and TensorBoard's event files, both in the run's own folder. */
export class RunLog {
  readonly #metrics: MetricsWriter;
  /** Null where there can be none: a view of the metrics, which the run does without. */
  readonly #events: SummaryWriter | null;

  constructor(folder: string, metricsPath: string, { place, onWarning }: RunLogOptions) {
    this.#metrics = new MetricsWriter(metricsPath, place);
    const before = readdirSync(folder).some((name) => name.startsWith('events.out.tfevents.'));
    // Where the evaluation of the last step is still to come, its own line of before must go, and the step's with it.
    const redone = place.step > 0 && !place.evaluated;
    try {
      this.#events = new SummaryWriter(folder, {
        onError: onWarning,
        ...(before ? { purgeStep: redone ? place.step : place.step + 1 } : {}),
      });
    } catch (error) {
      this.#events = null;
      onWarning(new Error(`TensorBoard will show nothing of this run: ${errorMessage(error)}`));
    }
    const last = this.#metrics.written.train.at(-1);
    if (before && redone && last) this.#logTrain(last);
  }

  /** Every line so far, those of earlier processes too. */
  get written(): Metrics {
    return this.#metrics.written;
  }

  /** @param stepsPerSecond where it was measured; for TensorBoard alone, since a clock gives it */
  train(line: TrainMetrics, stepsPerSecond: number | null): void {
    this.#metrics.write(line);
    this.#logTrain(line);
    if (stepsPerSecond !== null) this.#events?.addScalar('steps_per_second', stepsPerSecond, line.step);
  }

  test(line: TestMetrics): void {
    this.#metrics.write(line);
    this.#events?.addScalar('test_loss', line.test_loss, line.step);
    this.#events?.addScalar('test_accuracy', line.test_accuracy, line.step);
  }

  /** @param gradients by `variable.name`; null where they are not known, as right after a resume */
  histograms(model: Module, gradients: NamedTensorMap | null, step: number): void {
    for (const [path, variable] of model.namedParameters()) {
      this.#events?.addHistogram(`weights/${path}`, variable, step);
      const gradient = gradients?.[variable.name];
      if (gradient && allFinite(gradient)) this.#events?.addHistogram(`gradients/${path}`, gradient, step);
    }
  }

  /** Ends when all of it is on the disk. */
  async sync(): Promise<void> {
    this.#metrics.sync();
    await told(this.#events?.flush());
  }

  async close(): Promise<void> {
    this.#metrics.close();
    await told(this.#events?.close());
  }

  #logTrain(line: TrainMetrics): void {
    this.#events?.addScalar('train_loss', line.train_loss, line.step);
    this.#events?.addScalar('train_accuracy', line.train_accuracy, line.step);
    this.#events?.addScalar('learning_rate', line.learning_rate, line.step);
    if (line.gradient_norm !== undefined) {
      this.#events?.addScalar('gradient_norm', line.gradient_norm ?? Number.NaN, line.step);
    }
  }
}

/** Event files are a view of the metrics: where they cannot be written, which was told as a warning, the run goes on. */
async function told(written: Promise<void> | undefined): Promise<void> {
  await written?.catch(() => undefined);
}

/** A finite loss may have gradients that are not, and a histogram has no place for them. */
function allFinite(tensor: Tensor): boolean {
  return tensor.dataSync().every((value) => Number.isFinite(value));
}
