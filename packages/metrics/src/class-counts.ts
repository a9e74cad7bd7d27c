import type { Tensor } from '@tensorflow/tfjs-core';
import { checkInteger } from '@trainkit/checks';
import { checkIgnoreIndex, readClassification } from './classification-batch.js';
import type { MetricState } from './metric.js';
import { argMaxOfRow } from './rank.js';
import { StateReader } from './state.js';

/**
 * The largest number of classes. Each pair of classes takes 8 bytes, so the counts of more classes
 * do not fit into memory.
 */
const MAX_CLASSES = 10_000;

/**
 * The counts of each label with each predicted class, the basis of the confusion matrix and of all
 * scores of classes.
 *
 * They are counted in JavaScript, since `tf.math.confusionMatrix` throws on the WebAssembly
 * backend.
 */
export abstract class ClassCounts {
  /** The name of the class, for errors. */
  readonly #name: string;
  readonly #numClasses: number;
  readonly #ignoreIndex: number | undefined;
  #counts: number[][];

  /** Called by the classes that extend this one. */
  protected constructor(name: string, numClasses: number, ignoreIndex: number | undefined) {
    const instead = `Write for example new ${name}(10).`;
    checkInteger(name, 'numClasses', numClasses, { min: 2, max: MAX_CLASSES, instead });
    checkIgnoreIndex(name, ignoreIndex);
    this.#name = name;
    this.#numClasses = numClasses;
    this.#ignoreIndex = ignoreIndex;
    this.#counts = zeros(numClasses);
  }

  /** A row for each label, a column for each predicted class. */
  protected get counts(): readonly (readonly number[])[] {
    return this.#counts;
  }

  /**
   * Counts a batch.
   *
   * @param outputs logits or probabilities, `[n, classes]` float32, or predicted classes, `[n]`
   *   int32
   * @param labels `[n]`, int32
   * @throws TypeError, RangeError for other tensors; then nothing is counted
   */
  update(outputs: Tensor, labels: Tensor): void {
    const ignoreIndex = this.#ignoreIndex;
    const options = { name: this.#name, numClasses: this.#numClasses, ignoreIndex };
    const batch = readClassification(outputs, labels, options);
    const { columns } = batch;
    for (const [row, label] of batch.labels.entries()) {
      if (label === ignoreIndex) continue;
      const predicted =
        columns === undefined ? batch.outputs[row]! : argMaxOfRow(batch.outputs, row, columns);
      this.#counts[label]![predicted]!++;
    }
  }

  /** Removes all batches. */
  reset(): void {
    this.#counts = zeros(this.#numClasses);
  }

  /** Returns `{ counts }`, a row for each label, a column for each predicted class. */
  stateDict(): MetricState {
    return { counts: this.#counts.map((row) => [...row]) };
  }

  /** Replaces the counts by those of a state, which must have the same number of classes. */
  loadStateDict(state: MetricState): void {
    const reader = new StateReader(this.#name, state, ['counts']);
    const counts = reader.countMatrix('counts', this.#numClasses);
    reader.finish();
    this.#counts = counts.map((row) => [...row]);
  }
}

function zeros(size: number): number[][] {
  return Array.from({ length: size }, () => Array<number>(size).fill(0));
}
