import type { Tensor } from '@tensorflow/tfjs-core';
import type { Metric, MetricState } from './metric.js';
import { readRegression } from './regression-batch.js';
import { StateReader, saveSum } from './state.js';
import { Sum } from './sum.js';

/** The mean over all elements of a function of output − label. */
export abstract class MeanOfErrors implements Metric {
  readonly #name: string;
  readonly #error: (difference: number) => number;
  #sum = new Sum();
  #total = 0;

  /** Called by the classes that extend this one. */
  protected constructor(name: string, error: (difference: number) => number) {
    this.#name = name;
    this.#error = error;
  }

  /**
   * Adds the errors of a batch.
   *
   * @param outputs of any shape, float32 or int32
   * @param labels of the same shape, float32 or int32
   * @throws TypeError, RangeError for other tensors; then nothing is added
   */
  update(outputs: Tensor, labels: Tensor): void {
    const batch = readRegression(`${this.#name}.update`, outputs, labels);
    for (const [i, label] of batch.labels.entries()) this.#sum.add(this.#error(batch.outputs[i]! - label));
    this.#total += batch.labels.length;
  }

  /** Returns the mean error; NaN if there are no elements. */
  compute(): number {
    return this.#sum.value / this.#total;
  }

  /** Removes all batches. */
  reset(): void {
    this.#sum = new Sum();
    this.#total = 0;
  }

  /** Returns `{ sum, total }`; the sum as two doubles, the nearest one and the remainder. */
  stateDict(): MetricState {
    return { sum: saveSum(this.#sum.parts), total: this.#total };
  }

  /** Replaces the sum and the number of elements by those of a state. */
  loadStateDict(state: MetricState): void {
    const reader = new StateReader(this.#name, state, ['sum', 'total']);
    const sum = reader.sum('sum');
    const total = reader.count('total');
    reader.finish();
    this.#sum = new Sum(sum);
    this.#total = total;
  }
}
