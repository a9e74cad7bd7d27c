import type { Average } from './average.js';
import { type BinaryCounts, ClassScore, type ClassScoreOptions } from './class-score.js';

/**
 * Precision: of the rows for which a class was predicted, the share that has its label.
 *
 *     precision = TP / (TP + FP)
 *
 * TP and FP are the true and false positives of a class. A class that is never predicted has 0 / 0,
 * which is `zeroDivision`.
 *
 * `update(outputs, labels)` takes logits or probabilities, `[n, classes]` float32, or predicted
 * classes, `[n]` int32, and labels, `[n]` int32. It equals torchmetrics' `MulticlassPrecision` with
 * its default average, `'macro'`. The trap: scikit-learn's default is `'binary'`, the score of
 * class 1 only; here that is element 1 with `average: 'none'`.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { Precision } from '@trainkit/metrics';
 *
 * const precision = new Precision(3, { average: 'none' });
 * precision.update(tf.tensor1d([0, 2, 2, 1], 'int32'), tf.tensor1d([0, 1, 2, 1], 'int32'));
 * console.log(precision.compute().join(' ')); // → 1 1 0.5
 * ```
 */
export class Precision<A extends Average = 'macro'> extends ClassScore<A> {
  /**
   * @param numClasses the number of classes, at least 2
   * @throws TypeError, RangeError if an argument is invalid
   */
  constructor(numClasses: number, options: ClassScoreOptions<A> = {}) {
    super('Precision', numClasses, options);
  }

  protected override fraction({ truePositives, falsePositives }: BinaryCounts) {
    return [truePositives, truePositives + falsePositives] as const;
  }
}
