import { LayerNorm } from '@trainkit/normalization';
import type { Findings, SectionResults } from '../section.js';
import { findNormalization, type NormalizationFindings } from '../shared/normalization-findings.js';
import { WITH_BATCH_NORM, WITH_LAYER_NORM } from '../shared/normalization-runs.js';
import { type SanityCheck, sanityCheck } from '../shared/sanity-check.js';
import { type BatchSizeShift, batchSizeShifts } from './batch-size.js';

/** The findings of section 3. */
export interface LayerNormFindings extends Findings {
  check: SanityCheck;
  normalization: NormalizationFindings;
  /** The test accuracies of the two normalizations. */
  accuracies: { batchNorm: number; layerNorm: number };
  /** The dependence of both on the batch size. */
  shifts: readonly BatchSizeShift[];
}

/**
 * Checks LayerNorm, and compares the networks with LayerNorm, with BatchNorm and without either.
 */
export function findLayerNorm(input: SectionResults): LayerNormFindings {
  const check = sanityCheck({ LayerNorm });
  const normalization = findNormalization(input);
  const shifts = batchSizeShifts(input.seed);
  const accuracyOf = (run: typeof WITH_LAYER_NORM) =>
    input.results.find((result) => result.run === run)?.end.test.test_accuracy ?? Number.NaN;
  return {
    check,
    normalization,
    accuracies: { batchNorm: accuracyOf(WITH_BATCH_NORM), layerNorm: accuracyOf(WITH_LAYER_NORM) },
    shifts,
    record: { checks: check.checks, batchSizes: shifts },
  };
}
