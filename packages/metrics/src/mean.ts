import { Tensor } from '@tensorflow/tfjs-core';
import { checkNumber, expected } from '@trainkit/checks';
import { checkDtype } from '@trainkit/checks/tensor';
import type { Metric, MetricState } from './metric.js';
import { StateReader, saveSum } from './state.js';
import { Sum } from './sum.js';

/**
 * The weighted mean of numbers; NaN if the sum of the weights is 0.
 *
 *     mean = Σ weight · value / Σ weight
 *
 * `update(value, weight = 1)` takes a number, or a tensor of any shape, each of whose elements
 * has that weight.
 *
 * It equals torchmetrics' `MeanMetric`. The trap: that class drops NaN with a warning by default.
 * Here a NaN makes the mean NaN, so that a diverged model is noticed.
 *
 * @example
 * ```ts
 * import { Mean } from '@trainkit/metrics';
 *
 * const loss = new Mean();
 * loss.update(0.5, 128); // the mean loss of a batch of 128 rows
 * loss.update(0.75, 32); // the last batch has 32
 * console.log(loss.compute()); // → 0.55
 * ```
 */
export class Mean implements Metric<number, [value: number | Tensor, weight?: number]> {
  #sum = new Sum();
  #weight = new Sum();

  /**
   * Adds a number, or each element of a tensor.
   *
   * @param weight a finite number of at least 0
   * @throws TypeError, RangeError for other arguments
   */
  update(value: number | Tensor, weight = 1): void {
    checkNumber('Mean.update', 'weight', weight, { min: 0 });
    for (const each of readValues(value)) {
      this.#sum.addProduct(weight, each);
      this.#weight.add(weight);
    }
  }

  /** Returns the mean; NaN if the sum of the weights is 0. */
  compute(): number {
    return this.#sum.value / this.#weight.value;
  }

  /** Removes all numbers. */
  reset(): void {
    this.#sum = new Sum();
    this.#weight = new Sum();
  }

  /** Returns `{ sum, weight }`, each as two doubles: the nearest one, and the remainder. */
  stateDict(): MetricState {
    return { sum: saveSum(this.#sum.parts), weight: saveSum(this.#weight.parts) };
  }

  /** Replaces the sums by those of a state. */
  loadStateDict(state: MetricState): void {
    const reader = new StateReader('Mean', state, ['sum', 'weight']);
    const sum = reader.sum('sum');
    const weight = reader.weight('weight');
    reader.finish();
    this.#sum = new Sum(sum);
    this.#weight = new Sum(weight);
  }
}

function readValues(value: number | Tensor): ArrayLike<number> & Iterable<number> {
  if (typeof value === 'number') return [value];
  if (!(value instanceof Tensor)) {
    throw new TypeError(expected('Mean.update', 'value', value, 'a number or a tensor'));
  }
  checkDtype('Mean.update', 'value', value, 'float32', 'int32', 'bool');
  return value.dataSync();
}
