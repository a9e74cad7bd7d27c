import { type Tensor, tidy } from '@tensorflow/tfjs-core';
import { checkFunction, checkOneOf, checkOptions, expected, type OptionNames } from '@trainkit/checks';
import { checkTensor } from '@trainkit/checks/tensor';
import { checkIgnoreIndex } from './classification-batch.js';
import type { Metric, MetricState } from './metric.js';
import { StateReader, saveSum } from './state.js';
import { Sum } from './sum.js';

/**
 * A loss function: the mean loss of the rows of a batch, as a scalar; with `reduction: 'sum'`,
 * their sum.
 */
export type LossFunction = (outputs: Tensor, labels: Tensor) => Tensor;

/** The options of {@link MeanLoss}. */
export interface MeanLossOptions {
  /**
   * The label that the loss function ignores, default none: ignored rows do not count in the weight
   * of a batch.
   */
  ignoreIndex?: number | undefined;
  /**
   * The reduction of the loss function, default `'mean'`. A sum is added without a product, which
   * would round.
   */
  reduction?: 'mean' | 'sum' | undefined;
}

const MEAN_LOSS_OPTIONS: OptionNames<MeanLossOptions> = { ignoreIndex: true, reduction: true };

/**
 * The mean loss of all rows: the mean of the batches' losses, weighted by their rows; NaN before
 * the first row.
 *
 *     mean loss = Σ n · loss(outputs, labels) / Σ n
 *
 * n is the number of rows of a batch, the first dimension of the labels. `loss` has mean reduction
 * and returns a scalar. A plain mean of the batches' losses would give a short last batch too much
 * weight. A NaN loss makes the mean NaN.
 *
 * The trap: a loss function with `ignoreIndex` divides by the number of rows that are not ignored,
 * so pass that `ignoreIndex` here too. Losses with class weights divide by the sum of those
 * weights: add them with `new Mean()`, `update(loss, sumOfWeights)`.
 *
 * Within a batch the loss function computes the mean in float32, so two divisions into batches
 * agree to about 1e-7.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { MeanLoss } from '@trainkit/metrics';
 *
 * const loss = new MeanLoss((outputs, labels) => tf.losses.meanSquaredError(labels, outputs));
 * loss.update(tf.tensor1d([1, 2, 3]), tf.tensor1d([2, 3, 4]));
 * loss.update(tf.tensor1d([5]), tf.tensor1d([8]));
 * console.log(loss.compute()); // → 3
 * ```
 */
export class MeanLoss implements Metric {
  readonly #loss: LossFunction;
  readonly #ignoreIndex: number | undefined;
  readonly #reduction: 'mean' | 'sum';
  #sum = new Sum();
  #total = 0;

  /**
   * @param loss returns the mean loss of a batch, or with `reduction: 'sum'` the sum of its rows'
   *   losses; runs inside `tf.tidy`
   * @throws TypeError, RangeError if an argument is invalid
   */
  constructor(loss: LossFunction, options: MeanLossOptions = {}) {
    checkFunction('MeanLoss', 'loss', loss, 'Write for example new MeanLoss(crossEntropy).');
    const { ignoreIndex, reduction = 'mean' } = checkOptions('MeanLoss', options, MEAN_LOSS_OPTIONS);
    checkIgnoreIndex('MeanLoss', ignoreIndex);
    checkOneOf('MeanLoss', 'reduction', reduction, ['mean', 'sum']);
    this.#loss = loss;
    this.#ignoreIndex = ignoreIndex;
    this.#reduction = reduction;
  }

  /**
   * Computes the loss of a batch and adds it.
   *
   * @throws TypeError, RangeError if the loss is no scalar; any error of the loss function
   */
  update(outputs: Tensor, labels: Tensor): void {
    checkTensor('MeanLoss.update', 'outputs', outputs);
    checkTensor('MeanLoss.update', 'labels', labels);
    const rows = this.#count(labels);
    // The mean loss of an empty batch is NaN, without a meaning for the other rows.
    if (rows === 0) return;
    const loss = tidy(() => readScalar(this.#loss(outputs, labels)));
    if (this.#reduction === 'sum') this.#sum.add(loss);
    else this.#sum.addProduct(rows, loss);
    this.#total += rows;
  }

  /** Returns the mean loss; NaN if there are no rows. */
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

  /** Replaces the sum and the number of rows by those of a state. */
  loadStateDict(state: MetricState): void {
    const reader = new StateReader('MeanLoss', state, ['sum', 'total']);
    const sum = reader.sum('sum');
    const total = reader.count('total');
    reader.finish();
    this.#sum = new Sum(sum);
    this.#total = total;
  }

  #count(labels: Tensor): number {
    const [rows] = labels.shape;
    if (rows === undefined) {
      throw new RangeError(
        expected('MeanLoss.update', 'labels', labels, 'a dimension of rows', 'Write labels.expandDims(0).'),
      );
    }
    if (this.#ignoreIndex === undefined) return rows;
    return labels.dataSync().filter((label) => label !== this.#ignoreIndex).length;
  }
}

function readScalar(loss: Tensor): number {
  checkTensor('MeanLoss', 'the loss', loss);
  if (loss.size !== 1) {
    throw new RangeError(
      expected('MeanLoss', 'the loss', loss, 'a scalar', "Write reduction: 'mean' or tf.mean(…)."),
    );
  }
  return loss.dataSync()[0]!;
}
