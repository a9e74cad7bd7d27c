import * as tf from '@tensorflow/tfjs-core';
import { guard } from '@trainkit/kernels/capture';
import { checkClassWeights, classWeights } from './class-weights.js';
import { LabelledRows } from './labelled-rows.js';
import { checkIgnoreIndex, countIgnored, labelsAreNear, lossOfNothing } from './labels.js';
import { checkReduction, type Reduction, reduce } from './reduction.js';

/** The options that all losses of labels have. */
export interface LabelOptions {
  weight?: tf.Tensor | readonly number[] | undefined;
  ignoreIndex?: number | undefined;
  reduction?: Reduction | undefined;
}

/** A loss of labels: its name and that of its scores, for errors, and how the losses of the rows come about. */
export interface LabelledLoss {
  readonly where: string;
  readonly name: string;
  /** The reduced loss of the scores, `[N, C]`. Called in a tidy. */
  readonly lossOf: (scores: tf.Tensor, rows: LabelledRows, weights: tf.Tensor | null) => tf.Tensor;
  /** The losses of the rows, faster, where all count and no class has a weight; called in a tidy. */
  readonly lossesOfAll?: ((scores: tf.Tensor, labels: tf.Tensor) => tf.Tensor) | undefined;
}

/** Throws unless the options can be those of a loss of so many classes. */
export function checkLabelOptions(
  where: string,
  { weight, ignoreIndex = -100, reduction = 'mean' }: LabelOptions,
  classes: number,
): void {
  checkClassWeights(where, weight, classes);
  checkIgnoreIndex(where, ignoreIndex);
  checkReduction(where, reduction);
}

/** The loss of scores, `[N, …, C]`, and labels, `[N, …]`, that were checked; reads the labels where they are near. */
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
  // Also the reason why a step that makes its labels itself cannot be recorded: it would decide by what it computes.
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

/** The matrix of all rows. */
export function asRows(x: tf.Tensor): tf.Tensor {
  return x.rank === 2 ? x : tf.reshape(x, [-1, x.shape.at(-1)!]);
}
