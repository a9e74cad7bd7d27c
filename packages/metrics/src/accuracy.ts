import type { Tensor } from '@tensorflow/tfjs-core';
import { checkInteger, checkOptions, expected, type OptionNames } from '@trainkit/checks';
import { checkIgnoreIndex, readClassification } from './classification-batch.js';
import type { Metric, MetricState } from './metric.js';
import { isAmongTop } from './rank.js';
import { StateReader } from './state.js';

/** The options of {@link Accuracy}. */
export interface AccuracyOptions {
  /** The number of greatest scores among which the label must be, default 1. */
  topK?: number | undefined;
  /** The label of ignored rows, default none. */
  ignoreIndex?: number | undefined;
}

const ACCURACY_OPTIONS: OptionNames<AccuracyOptions> = { topK: true, ignoreIndex: true };

/**
 * The share of rows whose predicted class is the label, from 0 to 1; NaN before the first row.
 *
 *     accuracy = right / rows
 *
 * `update(outputs, labels)` takes logits or probabilities, `[n, classes]` float32, or predicted
 * classes, `[n]` int32, and labels, `[n]` int32. Of equal scores the first counts as greatest; NaN
 * is greater than all others, as in PyTorch.
 *
 * It equals torchmetrics' `MulticlassAccuracy` with `average='micro'`. The trap: the default of
 * that class is `'macro'`, the mean of the recalls, which is `new Recall(classes)` here. Of equal
 * scores, scikit-learn's `top_k_accuracy_score` takes the last.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { Accuracy } from '@trainkit/metrics';
 *
 * const accuracy = new Accuracy();
 * accuracy.update(tf.tensor2d([[2, 1], [0, 3]]), tf.tensor1d([0, 1], 'int32'));
 * accuracy.update(tf.tensor2d([[5, 4]]), tf.tensor1d([1], 'int32'));
 * console.log(accuracy.compute()); // → 0.6666666666666666
 * ```
 */
export class Accuracy implements Metric {
  readonly #topK: number;
  readonly #ignoreIndex: number | undefined;
  #correct = 0;
  #total = 0;

  /** @throws TypeError, RangeError if an option is invalid */
  constructor(options: AccuracyOptions = {}) {
    const { topK = 1, ignoreIndex } = checkOptions('Accuracy', options, ACCURACY_OPTIONS);
    checkInteger('Accuracy', 'topK', topK, { min: 1 });
    checkIgnoreIndex('Accuracy', ignoreIndex);
    this.#topK = topK;
    this.#ignoreIndex = ignoreIndex;
  }

  /** Counts a batch. */
  update(outputs: Tensor, labels: Tensor): void {
    const ignoreIndex = this.#ignoreIndex;
    const batch = readClassification(outputs, labels, { name: 'Accuracy', ignoreIndex });
    const { columns } = batch;
    if ((columns ?? 1) < this.#topK) {
      throw new RangeError(
        expected(
          'Accuracy.update',
          'outputs',
          outputs,
          `scores of at least ${this.#topK} classes for topK: ${this.#topK}`,
        ),
      );
    }
    for (const [row, label] of batch.labels.entries()) {
      if (label === ignoreIndex) continue;
      this.#total++;
      const isRight =
        columns === undefined
          ? batch.outputs[row] === label
          : isAmongTop(batch.outputs, row, columns, label, this.#topK);
      if (isRight) this.#correct++;
    }
  }

  /** Returns the share of correct rows; NaN if there are none. */
  compute(): number {
    return this.#correct / this.#total;
  }

  /** Removes all batches. */
  reset(): void {
    this.#correct = 0;
    this.#total = 0;
  }

  /** Returns `{ topK, correct, total }`. */
  stateDict(): MetricState {
    return { topK: this.#topK, correct: this.#correct, total: this.#total };
  }

  /** Replaces the counts by those of a state; its `topK` must equal this metric's. */
  loadStateDict(state: MetricState): void {
    const reader = new StateReader('Accuracy', state, ['topK', 'correct', 'total']);
    reader.option('topK', this.#topK);
    const correct = reader.count('correct');
    const total = reader.count('total');
    if (reader.fits && correct > total) reader.problem(`correct is ${correct} of a total of ${total}`);
    reader.finish();
    this.#correct = correct;
    this.#total = total;
  }
}
