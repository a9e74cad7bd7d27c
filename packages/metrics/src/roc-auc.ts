import type { Tensor } from '@tensorflow/tfjs-core';
import { checkFlag, checkInteger, checkOneOf, checkOptions, type OptionNames } from '@trainkit/checks';
import { type AveragedScore, weightedMean } from './average.js';
import { binaryRocAuc } from './binary-roc-auc.js';
import { readScores } from './class-scores-batch.js';
import { checkIgnoreIndex } from './classification-batch.js';
import type { Metric, MetricState } from './metric.js';
import { StateReader, saveNumber } from './state.js';

/** The reduction of the classes' areas: their mean, their mean weighted by labels, or none. */
export type RocAucAverage = 'macro' | 'weighted' | 'none';

/** The options of {@link RocAuc}. */
export interface RocAucOptions<A extends RocAucAverage = RocAucAverage> {
  /** The reduction of the classes' areas, default `'macro'`, their mean. */
  average?: A | undefined;
  /** `true` if outputs with a column for each class are logits, default `false`: probabilities. */
  fromLogits?: boolean | undefined;
  /** The label of ignored rows, default none. */
  ignoreIndex?: number | undefined;
}

const ROC_AUC_OPTIONS: OptionNames<RocAucOptions> = { average: true, fromLogits: true, ignoreIndex: true };

/**
 * The area under the ROC curve: the probability that a row of a class has a greater score for it
 * than another row.
 *
 *     AUC = (pairs with the positive above + pairs of equal scores / 2) / (positives · negatives)
 *
 * With two classes `update(outputs, labels)` takes the scores of class 1, `[n]` or `[n, 1]`
 * float32: logits or probabilities, since only their order matters. Two columns, and more classes,
 * are `[n, classes]`: probabilities, or logits with `fromLogits: true`. Each class is compared
 * with the rest (one-vs-rest), and `average` reduces the areas. Labels are `[n]` int32.
 *
 * For a class without labels, or with all of them, the area is NaN, and so is the mean, as in
 * scikit-learn. The trap: torchmetrics returns 0 with a warning. It also treats a batch as logits
 * if one value is outside of [0, 1], so that its result depends on the batches.
 *
 * The scores of all rows are kept, in memory and in the state, since the area cannot be accumulated
 * over batches.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { RocAuc } from '@trainkit/metrics';
 *
 * const auc = new RocAuc();
 * auc.update(tf.tensor1d([0.1, 0.4]), tf.tensor1d([0, 0], 'int32'));
 * auc.update(tf.tensor1d([0.35, 0.8]), tf.tensor1d([1, 1], 'int32'));
 * console.log(auc.compute()); // → 0.75
 * ```
 *
 * Source: J. A. Hanley, B. J. McNeil, "The meaning and use of the area under a receiver operating
 * characteristic (ROC) curve", 1982.
 */
export class RocAuc<A extends RocAucAverage = 'macro'> implements Metric<AveragedScore[A]> {
  readonly #numClasses: number;
  readonly #average: RocAucAverage;
  readonly #fromLogits: boolean;
  readonly #ignoreIndex: number | undefined;
  #scores: number[] = [];
  #labels: number[] = [];

  /**
   * @param numClasses the number of classes, default 2
   * @throws TypeError, RangeError if an argument is invalid
   */
  constructor(numClasses = 2, options: RocAucOptions<A> = {}) {
    const checked: RocAucOptions = checkOptions<RocAucOptions>('RocAuc', options, ROC_AUC_OPTIONS);
    const { average = 'macro', fromLogits = false, ignoreIndex } = checked;
    checkInteger('RocAuc', 'numClasses', numClasses, { min: 2 });
    checkOneOf('RocAuc', 'average', average, ['macro', 'weighted', 'none']);
    checkFlag('RocAuc', 'fromLogits', fromLogits);
    checkIgnoreIndex('RocAuc', ignoreIndex);
    this.#numClasses = numClasses;
    this.#average = average;
    this.#fromLogits = fromLogits;
    this.#ignoreIndex = ignoreIndex;
  }

  /**
   * Keeps the scores of a batch.
   *
   * @throws TypeError, RangeError if a tensor is invalid; then nothing is kept
   */
  update(outputs: Tensor, labels: Tensor): void {
    const read = readScores(outputs, labels, {
      numClasses: this.#numClasses,
      fromLogits: this.#fromLogits,
      ignoreIndex: this.#ignoreIndex,
    });
    for (const score of read.scores) this.#scores.push(score);
    for (const label of read.labels) this.#labels.push(label);
  }

  /** Returns the area; an array with one for each class if `average` is `'none'`. */
  compute(): AveragedScore[A];
  compute(): number | number[] {
    const areas = this.#areas();
    if (this.#average === 'none') return areas;
    const weights = areas.map((_, c) =>
      this.#average === 'macro' ? 1 : this.#labels.filter((label) => label === c).length,
    );
    return weightedMean(areas, weights);
  }

  /** Removes all batches. */
  reset(): void {
    this.#scores = [];
    this.#labels = [];
  }

  /**
   * Returns `{ numClasses, scores, labels }`. For two classes the scores are those of class 1,
   * else the rows one after another.
   */
  stateDict(): MetricState {
    return { numClasses: this.#numClasses, scores: this.#scores.map(saveNumber), labels: [...this.#labels] };
  }

  /** Replaces the scores by those of a state; its `numClasses` must equal this metric's. */
  loadStateDict(state: MetricState): void {
    const reader = new StateReader('RocAuc', state, ['numClasses', 'scores', 'labels']);
    reader.option('numClasses', this.#numClasses);
    const scores = reader.numbers('scores');
    const labels = reader.classes('labels', this.#numClasses);
    if (reader.fits && scores.length !== labels.length * this.#width) {
      reader.problem(`scores has ${scores.length} numbers for ${labels.length} labels`);
    }
    reader.finish();
    this.#scores = [...scores];
    this.#labels = [...labels];
  }

  /** The number of scores of a row. */
  get #width(): number {
    return this.#numClasses === 2 ? 1 : this.#numClasses;
  }

  #areas(): number[] {
    const width = this.#width;
    if (width === 1) {
      const area = binaryRocAuc(this.#scores, (row) => this.#labels[row] === 1);
      return [area, area];
    }
    return Array.from({ length: width }, (_, c) => {
      const scores = this.#labels.map((_, row) => this.#scores[row * width + c]!);
      return binaryRocAuc(scores, (row) => this.#labels[row] === c);
    });
  }
}
