import * as tf from '@tensorflow/tfjs-core';
import { guard } from '@trainkit/kernels/capture';
import { checkClassWeights, classWeights } from './class-weights.js';
import { LabelledRows } from './labelled-rows.js';
import { checkIgnoreIndex, countIgnored, labelsAreNear, lossOfNothing } from './labels.js';
import { checkReduction, type Reduction, reduce } from './reduction.js';

/** The options of all losses with labels. */
export interface LabelOptions {
  weight?: tf.Tensor | readonly number[] | undefined;
  ignoreIndex?: number | undefined;
  reduction?: Reduction | undefined;
}

/**
 * A loss with labels: its name and that of its scores, for errors, and the functions that compute
 * it.
 */
export interface LabelledLoss {
  readonly where: string;
  readonly name: string;
  /** The reduced loss of the scores, `[N, C]`. Called in a tidy. */
  readonly lossOf: (scores: tf.Tensor, rows: LabelledRows, weights: tf.Tensor | null) => tf.Tensor;
  /**
   * The losses of all rows, faster, for the case that no row is ignored and no class has a weight;
   * called in a tidy.
   */
  readonly lossesOfAll?: ((scores: tf.Tensor, labels: tf.Tensor) => tf.Tensor) | undefined;
}

/** Throws unless the options are valid for a loss with the given number of classes. */
export function checkLabelOptions(
  where: string,
  { weight, ignoreIndex = -100, reduction = 'mean' }: LabelOptions,
  classes: number,
): void {
  checkClassWeights(where, weight, classes);
  checkIgnoreIndex(where, ignoreIndex);
  checkReduction(where, reduction);
}

/**
 * The loss of scores, `[N, …, C]`, and labels, `[N, …]`, that were checked; reads the labels on
 * backends with host memory.
 */
export function labelledLoss(
  { where, name, lossOf, lossesOfAll }: LabelledLoss,
  scores: tf.Tensor,
  labels: tf.Tensor,
  { weight, ignoreIndex = -100, reduction = 'mean' }: LabelOptions,
): tf.Tensor {
  const classes = scores.shape.at(-1)!;
  const areChecked = labelsAreNear();
  const count = (given: tf.Tensor) => countIgnored(where, name, given, classes, ignoreIndex);
  const isFast = (given: tf.Tensor) => count(given) === 0 && lossesOfAll !== undefined;
  // A step that computes its labels cannot be recorded for the same reason: it would branch on a
  // computed value.
  const allCount = areChecked && guard(isFast, labels);
  return tf.tidy(() => {
    if (scores.size === 0) return lossOfNothing(scores, reduction);
    const x = asRows(scores);
    const flat = labels.rank === 1 ? labels : tf.reshape(labels, [-1]);
    const shaped = (losses: tf.Tensor) =>
      labels.rank === 1 || reduction !== 'none' ? losses : tf.reshape(losses, labels.shape);
    if (lossesOfAll !== undefined && weight === undefined && allCount)
      return shaped(reduce(lossesOfAll(x, flat), reduction));
    const weights = weight === undefined ? null : classWeights(weight);
    const rows = new LabelledRows(flat, classes, { weights, ignoreIndex, reduction, areChecked });
    return shaped(lossOf(x, rows, weights));
  });
}

/** Reshapes the tensor to a matrix of all rows. */
export function asRows(x: tf.Tensor): tf.Tensor {
  return x.rank === 2 ? x : tf.reshape(x, [-1, x.shape.at(-1)!]);
}
