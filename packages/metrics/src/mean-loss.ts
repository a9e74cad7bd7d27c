import { type Tensor, tidy } from '@tensorflow/tfjs-core';
import { checkFunction, checkOneOf, checkOptions, expected, type OptionNames } from '@trainkit/checks';
import { checkTensor } from '@trainkit/checks/tensor';
import { checkIgnoreIndex } from './classification-batch.js';
import type { Metric, MetricState } from './metric.js';
import { StateReader, saveSum } from './state.js';
import { Sum } from './sum.js';

/** A loss function: the mean loss of the rows of a batch, as a scalar; or their sum, where the metric is told so. */
export type LossFunction = (outputs: Tensor, labels: Tensor) => Tensor;

/** The options of {@link MeanLoss}. */
export interface MeanLossOptions {
  /** The label that the loss function ignores, default none: such rows do not count in the weight of a batch. */
  ignoreIndex?: number | undefined;
  /** The reduction of the loss function, default `'mean'`; a sum is added as it is, without a product that rounds. */
  reduction?: 'mean' | 'sum' | undefined;
}

const MEAN_LOSS_OPTIONS: OptionNames<MeanLossOptions> = { ignoreIndex: true, reduction: true };

/**
 * The mean loss of all rows: the mean of the batches' losses, weighted by their rows; NaN before the first row.
 *
 *     mean loss = Σ n · loss(outputs, labels) / Σ n
 *
 * n: the rows of a batch, the first dimension of the labels. `loss` has mean reduction and returns a scalar. A plain
 * mean of the batches' losses would give a short last batch too much weight. A NaN loss makes the mean NaN.
 *
 * The trap: a loss function with `ignoreIndex` divides by the rows that count; give that `ignoreIndex` here too. Losses
 * with weights for classes divide by the sum of those weights: add them with `new Mean()`, `update(loss, sumOfWeights)`.
 *
 * Within a batch the mean is the loss function's, in float32: two divisions into batches agree to about 1e-7.
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
   * @param loss returns the mean loss of a batch, or with `reduction: 'sum'` the sum of its rows' losses; runs inside `tf.tidy`
   * @throws TypeError, RangeError where an argument is none of those above
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
   * @throws TypeError, RangeError where the loss is no scalar; whatever the loss function throws
   */
  update(outputs: Tensor, labels: Tensor): void {
    checkTensor('MeanLoss.update', 'outputs', outputs);
    checkTensor('MeanLoss.update', 'labels', labels);
    const rows = this.#count(labels);
    // The mean loss of no rows is NaN and says nothing of the others.
    if (rows === 0) return;
    const loss = tidy(() => readScalar(this.#loss(outputs, labels)));
    if (this.#reduction === 'sum') this.#sum.add(loss);
    else this.#sum.addProduct(rows, loss);
    this.#total += rows;
  }

  /** Returns the mean loss; NaN where there are no rows. */
  compute(): number {
    return this.#sum.value / this.#total;
  }

  /** Forgets all batches. */
  reset(): void {
    this.#sum = new Sum();
    this.#total = 0;
  }

  /** Returns `{ sum, total }`; the sum in two doubles, the nearest one and the rest. */
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
