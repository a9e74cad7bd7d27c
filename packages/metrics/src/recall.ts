import type { Average } from './average.js';
import { type BinaryCounts, ClassScore, type ClassScoreOptions } from './class-score.js';

/**
 * Recall: of the rows with the label of a class, the share for which it was predicted.
 *
 *     recall = TP / (TP + FN)
 *
 * TP and FN are the true positives and false negatives of a class. A class without labels has 0 /
 * 0, which is `zeroDivision`.
 *
 * `update(outputs, labels)` takes logits or probabilities, `[n, classes]` float32, or predicted
 * classes, `[n]` int32, and labels, `[n]` int32. It equals torchmetrics' `MulticlassRecall` with
 * its default average, `'macro'`. The trap: a class that is predicted and never labelled counts in
 * that mean, as in torchmetrics and in scikit-learn's `recall_score`; scikit-learn's
 * `balanced_accuracy_score` leaves it out.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { Recall } from '@trainkit/metrics';
 *
 * const recall = new Recall(3, { average: 'none' });
 * recall.update(tf.tensor1d([0, 2, 2, 1], 'int32'), tf.tensor1d([0, 1, 2, 1], 'int32'));
 * console.log(recall.compute().join(' ')); // → 1 0.5 1
 * ```
 */
export class Recall<A extends Average = 'macro'> extends ClassScore<A> {
  /**
   * @param numClasses the number of classes, at least 2
   * @throws TypeError, RangeError if an argument is invalid
   */
  constructor(numClasses: number, options: ClassScoreOptions<A> = {}) {
    super('Recall', numClasses, options);
  }

  protected override fraction({ truePositives, falseNegatives }: BinaryCounts) {
    return [truePositives, truePositives + falseNegatives] as const;
  }
}
