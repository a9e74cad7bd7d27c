import { checkOneOf, checkOptions, type OptionNames } from '@trainkit/checks';
import { ClassCounts } from './class-counts.js';
import type { Metric } from './metric.js';
import { sumOf } from './sum-of.js';

/**
 * The divisor of the counts: the sum of the label's row, of the predicted class's column, of all
 * rows, or none.
 */
export type ConfusionMatrixNormalize = 'true' | 'pred' | 'all' | 'none';

/** The options of {@link ConfusionMatrix}. */
export interface ConfusionMatrixOptions {
  /** The divisor of the counts, default `'none'`: the result is counts. */
  normalize?: ConfusionMatrixNormalize | undefined;
  /** The label of ignored rows, default none. */
  ignoreIndex?: number | undefined;
}

const CONFUSION_MATRIX_OPTIONS: OptionNames<ConfusionMatrixOptions> = { normalize: true, ignoreIndex: true };

/**
 * The counts of each label (row) with each predicted class (column): `matrix[label][predicted]`.
 *
 * `update(outputs, labels)` takes logits or probabilities, `[n, classes]` float32, or predicted
 * classes, `[n]` int32, and labels, `[n]` int32. It works on every backend;
 * `tf.math.confusionMatrix` throws on WebAssembly.
 *
 * `normalize` divides by the sum of the row (`'true'`), of the column (`'pred'`) or of all
 * (`'all'`), as in torchmetrics and scikit-learn. If that sum is 0, the share is 0.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { ConfusionMatrix } from '@trainkit/metrics';
 *
 * const matrix = new ConfusionMatrix(3);
 * matrix.update(tf.tensor1d([0, 2, 2, 1], 'int32'), tf.tensor1d([0, 1, 2, 1], 'int32'));
 * console.log(JSON.stringify(matrix.compute())); // → [[1,0,0],[0,1,1],[0,0,1]]
 * ```
 */
export class ConfusionMatrix extends ClassCounts implements Metric<number[][]> {
  readonly #normalize: ConfusionMatrixNormalize;

  /**
   * @param numClasses the number of classes, at least 2
   * @throws TypeError, RangeError if an argument is invalid
   */
  constructor(numClasses: number, options: ConfusionMatrixOptions = {}) {
    const { normalize = 'none', ignoreIndex } = checkOptions(
      'ConfusionMatrix',
      options,
      CONFUSION_MATRIX_OPTIONS,
    );
    checkOneOf('ConfusionMatrix', 'normalize', normalize, ['true', 'pred', 'all', 'none']);
    super('ConfusionMatrix', numClasses, ignoreIndex);
    this.#normalize = normalize;
  }

  /** Returns the matrix as a new array of rows. */
  compute(): number[][] {
    const counts = this.counts;
    const divisor = this.#divisors();
    return counts.map((row, label) => row.map((count, predicted) => share(count, divisor(label, predicted))));
  }

  #divisors(): (label: number, predicted: number) => number {
    const rows = this.counts.map(sumOf);
    switch (this.#normalize) {
      case 'true':
        return (label) => rows[label]!;
      case 'pred': {
        const columns = this.counts.map((_, predicted) => sumOf(this.counts.map((row) => row[predicted]!)));
        return (_, predicted) => columns[predicted]!;
      }
      case 'all': {
        const all = sumOf(rows);
        return () => all;
      }
      case 'none':
        return () => 1;
    }
  }
}

function share(count: number, divisor: number): number {
  return divisor === 0 ? 0 : count / divisor;
}
