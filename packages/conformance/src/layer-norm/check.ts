import { compareWithGoldens } from '../diagnosis/compare-with-goldens.js';
import { expectations } from '../diagnosis/expectations.js';
import type { Model } from '../diagnosis/model.js';
import { layerNormGoldens } from '../goldens/layer-norm.js';
import { type PartReport, partReport } from '../report.js';
import { observeSubject } from '../subject/checked.js';
import { disposingSubjects } from '../subject/tensor-scope.js';
import { LAYER_NORM_HYPOTHESES, type LayerNormFlag, LayerNormModel } from './model.js';
import { layerNormScenario } from './scenario.js';
import { layerNormSubject } from './subject.js';

/**
 * The tolerance, as for BatchNorm: float32 is right to about 1e-6, E[x²] − E[x]² to 1e-5; mistakes
 * change the numbers by 1e-2 and more.
 */
const TOLERANCE = 1e-4;

/** Predicts the numbers of a LayerNorm with any set of mistakes. */
export const layerNormModel: Model<LayerNormFlag> = {
  hypotheses: LAYER_NORM_HYPOTHESES,
  play: (flags, record) =>
    layerNormScenario((shape, options) => new LayerNormModel(shape, options, flags), record),
};

/**
 * Checks any LayerNorm against `torch.nn.LayerNorm`: outputs for one and for several normalized
 * dimensions, gradients, defaults.
 *
 * @param subject a class, `new LayerNorm(normalizedShape, { eps, elementwiseAffine })`, or a
 *   function that returns such an object; the README lists the names and shapes that are accepted
 * @returns a result for each check; the check never throws and leaves no tensor behind, whatever
 *   the checked code does
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { checkLayerNorm } from '@trainkit/conformance';
 *
 * // A function that returns a layer is accepted too. This one averages over the batch.
 * const overTheBatch = (size: number, { eps = 1e-5 } = {}) => {
 *   const weight = tf.variable(tf.ones([size]));
 *   const bias = tf.variable(tf.zeros([size]));
 *   const forward = (x: tf.Tensor) => {
 *     const { mean, variance } = tf.moments(x, 0);
 *     return tf.add(tf.mul(tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, eps))), weight), bias);
 *   };
 *   return { weight, bias, forward };
 * };
 *
 * console.log(checkLayerNorm(overTheBatch).checks[0]?.diagnosis?.mistakes); // → [ 'wrong-axis' ]
 * ```
 */
export function checkLayerNorm(subject: unknown): PartReport {
  const { seen, warnings } = disposingSubjects((made) =>
    observeSubject(() => layerNormSubject(subject, made), layerNormScenario),
  );
  const checks = compareWithGoldens(seen, expectations(layerNormGoldens.expected), layerNormModel, TOLERANCE);
  return partReport('LayerNorm', checks, warnings);
}
