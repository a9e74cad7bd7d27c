import type { Tensor } from '@tensorflow/tfjs-core';
import { checkInteger, checkOptions, expected, type OptionNames } from '@trainkit/checks';
import type { Metric, MetricState } from './metric.js';
import { readRegression } from './regression-batch.js';
import { StateReader, saveSum } from './state.js';
import { Sum } from './sum.js';
import { sumOf } from './sum-of.js';

/** The options of {@link R2Score}. */
export interface R2ScoreOptions {
  /**
   * The number of columns of outputs and labels, default 1. The score is the mean over the columns.
   */
  numOutputs?: number | undefined;
}

const R2_SCORE_OPTIONS: OptionNames<R2ScoreOptions> = { numOutputs: true };

/** The sums of one column. */
interface Column {
  /** Σ (output − label)². */
  residuals: Sum;
  /** Σ label. */
  labels: Sum;
  /** Σ label². */
  squares: Sum;
}

/**
 * R², the share of the labels' variance that the outputs explain: at most 1, and negative if the
 * mean of the labels would be a better prediction. NaN for fewer than two rows.
 *
 *     R² = 1 − Σ (label − output)² / Σ (label − mean)²
 *
 * If all labels are equal, it is 1 for outputs that equal them and else 0, as in scikit-learn and
 * torchmetrics.
 *
 * `update(outputs, labels)` takes `[n]`, or `[n, numOutputs]`, whose columns have a score each;
 * the result is their mean (scikit-learn's `uniform_average`). The trap: torchmetrics' `R2Score`
 * adds squares in float32, which cancel if the labels are far from 0. For 30 labels near 3000 with
 * the variance 1 it returns −0.126, while scikit-learn and this class return −2.181.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { R2Score } from '@trainkit/metrics';
 *
 * const score = new R2Score();
 * score.update(tf.tensor1d([1, 2]), tf.tensor1d([1, 3]));
 * score.update(tf.tensor1d([4]), tf.tensor1d([5]));
 * console.log(score.compute()); // → 0.75
 * ```
 */
export class R2Score implements Metric {
  readonly #numOutputs: number;
  #columns: readonly Column[];
  #total = 0;

  /** @throws TypeError, RangeError if an option is invalid */
  constructor(options: R2ScoreOptions = {}) {
    const { numOutputs = 1 } = checkOptions('R2Score', options, R2_SCORE_OPTIONS);
    checkInteger('R2Score', 'numOutputs', numOutputs, { min: 1 });
    this.#numOutputs = numOutputs;
    this.#columns = emptyColumns(numOutputs);
  }

  /**
   * Adds a batch.
   *
   * @param outputs `[n]` or `[n, numOutputs]`, float32 or int32
   * @param labels of the same shape, float32 or int32
   * @throws TypeError, RangeError for other tensors; then nothing is added
   */
  update(outputs: Tensor, labels: Tensor): void {
    const width = this.#numOutputs;
    const batch = readRegression('R2Score.update', outputs, labels);
    const [, columns = 1] = outputs.shape;
    if (outputs.rank === 0 || outputs.rank > 2 || columns !== width) {
      const expectation = width === 1 ? 'the shape [n] or [n, 1]' : `the shape [n, ${width}]`;
      const advice = outputs.rank === 2 ? `Write new R2Score({ numOutputs: ${columns} }).` : '';
      throw new RangeError(expected('R2Score.update', 'outputs', outputs, expectation, advice));
    }
    for (const [i, label] of batch.labels.entries()) {
      const column = this.#columns[i % width]!;
      const residual = batch.outputs[i]! - label;
      column.residuals.add(residual * residual);
      column.labels.add(label);
      column.squares.addProduct(label, label);
    }
    this.#total += batch.labels.length / width;
  }

  /** Returns the score; NaN if there are fewer than two rows. */
  compute(): number {
    if (this.#total < 2) return Number.NaN;
    return sumOf(this.#columns.map((column) => score(column, this.#total))) / this.#numOutputs;
  }

  /** Removes all batches. */
  reset(): void {
    this.#columns = emptyColumns(this.#numOutputs);
    this.#total = 0;
  }

  /**
   * Returns `{ residuals, labels, squares, total }`: for each column sums as two doubles, the
   * nearest one and the remainder.
   */
  stateDict(): MetricState {
    return {
      residuals: this.#columns.map(({ residuals }) => saveSum(residuals.parts)),
      labels: this.#columns.map(({ labels }) => saveSum(labels.parts)),
      squares: this.#columns.map(({ squares }) => saveSum(squares.parts)),
      total: this.#total,
    };
  }

  /** Replaces the sums by those of a state, which must have the same number of columns. */
  loadStateDict(state: MetricState): void {
    const reader = new StateReader('R2Score', state, ['residuals', 'labels', 'squares', 'total']);
    const residuals = reader.sums('residuals', this.#numOutputs);
    const labels = reader.sums('labels', this.#numOutputs);
    const squares = reader.sums('squares', this.#numOutputs);
    const total = reader.count('total');
    reader.finish();
    this.#columns = residuals.map((parts, i) => ({
      residuals: new Sum(parts),
      labels: new Sum(labels[i]),
      squares: new Sum(squares[i]),
    }));
    this.#total = total;
  }
}

function emptyColumns(count: number): Column[] {
  return Array.from({ length: count }, () => ({
    residuals: new Sum(),
    labels: new Sum(),
    squares: new Sum(),
  }));
}

function score({ residuals, labels, squares }: Column, rows: number): number {
  const unexplained = residuals.value;
  const variation = variationOf(labels, squares, rows);
  if (variation === 0) return unexplained === 0 ? 1 : Number.isNaN(unexplained) ? Number.NaN : 0;
  return 1 - unexplained / variation;
}

/**
 * Σ (x − mean)², from Σ x and Σ x²: Σ x² − 2 mean Σ x + n mean², exact except for the last
 * rounding.
 */
function variationOf(labels: Sum, squares: Sum, rows: number): number {
  const mean = labels.value / rows;
  const meanSquare = new Sum();
  meanSquare.addProduct(mean, mean);
  const variation = new Sum(squares.parts);
  variation.addMultiple(-2 * mean, labels);
  variation.addMultiple(rows, meanSquare);
  return variation.value;
}
