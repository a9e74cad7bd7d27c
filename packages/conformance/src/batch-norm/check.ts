import { compareWithGoldens } from '../diagnosis/compare-with-goldens.js';
import { expectations } from '../diagnosis/expectations.js';
import type { Model } from '../diagnosis/model.js';
import { batchNormGoldens } from '../goldens/batch-norm.js';
import { type PartReport, partReport } from '../report.js';
import { observeSubject } from '../subject/checked.js';
import { disposingSubjects } from '../subject/tensor-scope.js';
import { BATCH_NORM_HYPOTHESES, type BatchNormFlag, BatchNormModel } from './model.js';
import { batchNormScenario } from './scenario.js';
import { batchNormSubject } from './subject.js';

/**
 * The tolerance, relative to 1 + |expected|. Float32 is right to about 1e-6 on these inputs, or to
 * 1e-5 with the variance as E[x²] − E[x]²; mistakes change the numbers by 1e-2 and more.
 */
const TOLERANCE = 1e-4;

/** Predicts the numbers of a BatchNorm with any set of mistakes. */
export const batchNormModel: Model<BatchNormFlag> = {
  hypotheses: BATCH_NORM_HYPOTHESES,
  play: (flags, record) =>
    batchNormScenario((features, options) => new BatchNormModel(features, options, flags), record),
};

/**
 * Checks any BatchNorm for `[N, C]` against `torch.nn.BatchNorm1d`: outputs, running statistics
 * after each call, gradients, defaults.
 *
 * @param subject a class, `new BatchNorm(numFeatures, { eps, momentum, affine })`, or a
 *   function that returns such an object; the README lists the names and shapes that are accepted
 * @returns a result for each check; the check never throws and leaves no tensor behind, whatever
 *   the checked code does
 *
 * @example
 * ```ts
 * import '@tensorflow/tfjs';
 * import { checkBatchNorm, formatReport } from '@trainkit/conformance';
 *
 * class Unfinished {
 *   forward() {
 *     throw new Error('TODO: normalize');
 *   }
 * }
 *
 * const report = checkBatchNorm(Unfinished);
 * console.log(report.passed, report.checks[0]?.received); // → false Error: TODO: normalize
 * ```
 */
export function checkBatchNorm(subject: unknown): PartReport {
  const { seen, warnings } = disposingSubjects((made) =>
    observeSubject(() => batchNormSubject(subject, made), batchNormScenario),
  );
  const checks = compareWithGoldens(
    seen,
    expectations(batchNormGoldens.expected),
    batchNormModel,
    TOLERANCE,
    ['output for a single row in evaluation'],
  );
  return partReport('BatchNorm', checks, warnings);
}
