import type { Average } from './average.js';
import { type BinaryCounts, ClassScore, type ClassScoreOptions } from './class-score.js';

/**
 * F1: the harmonic mean of precision and recall.
 *
 *     F1 = 2 TP / (2 TP + FP + FN)
 *
 * TP, FP, FN: the true positives, false positives and false negatives of a class. A class that is
 * neither labelled nor predicted has 0 / 0, which is `zeroDivision`.
 *
 * `update(outputs, labels)` takes logits or probabilities, `[n, classes]` float32, or predicted
 * classes, `[n]` int32, and labels, `[n]` int32. It equals torchmetrics' `MulticlassF1Score` with
 * its default average, `'macro'`: the mean of the classes' F1, which differs from the F1 of the
 * mean precision and recall. The trap: scikit-learn's default is `'binary'`, the score of class 1
 * only; here that is element 1 with `average: 'none'`.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { F1 } from '@trainkit/metrics';
 *
 * const f1 = new F1(3);
 * f1.update(tf.tensor1d([0, 2, 2, 1], 'int32'), tf.tensor1d([0, 1, 2, 1], 'int32'));
 * console.log(f1.compute().toFixed(4)); // → 0.7778
 * ```
 */
export class F1<A extends Average = 'macro'> extends ClassScore<A> {
  /**
   * @param numClasses the number of classes, at least 2
   * @throws TypeError, RangeError if an argument is invalid
   */
  constructor(numClasses: number, options: ClassScoreOptions<A> = {}) {
    super('F1', numClasses, options);
  }

  protected override fraction({ truePositives, falsePositives, falseNegatives }: BinaryCounts) {
    return [2 * truePositives, 2 * truePositives + falsePositives + falseNegatives] as const;
  }
}
