import { BatchNorm } from '@trainkit/normalization';
import type { Findings, SectionResults } from '../section.js';
import { findNormalization, type NormalizationFindings } from '../shared/normalization-findings.js';
import { type SanityCheck, sanityCheck } from '../shared/sanity-check.js';

/** The findings of section 2. */
export interface BatchNormFindings extends Findings {
  check: SanityCheck;
  normalization: NormalizationFindings;
}

/** Checks BatchNorm, and compares the network with BatchNorm to the one without. */
export function findBatchNorm(results: SectionResults): BatchNormFindings {
  const check = sanityCheck({ BatchNorm });
  return { check, normalization: findNormalization(results), record: { checks: check.checks } };
}
