import { Dropout } from '@trainkit/dropout';
import type { Findings, SectionResults } from '../section.js';
import { type SanityCheck, sanityCheck } from '../shared/sanity-check.js';
import { dropoutMoments, type Moments, twoMasks } from './dropout-moments.js';

/** The probability of the drawn masks. */
export const PICTURED = 0.5;

const RATES = [0, 0.15, 0.3, 0.5, 0.7, 0.9];

/** The findings of section 4. */
export interface DropoutFindings extends Findings {
  check: SanityCheck;
  /** Two masks, one after the other from one generator. */
  masks: readonly (readonly number[])[];
  /** Mean and variance after dropout, for each probability. */
  moments: readonly Moments[];
}

/** Checks Dropout, draws its masks, and measures mean and variance after them. */
export function findDropout({ seed }: Pick<SectionResults, 'seed'>): DropoutFindings {
  const check = sanityCheck({ Dropout });
  const masks = twoMasks(PICTURED, seed);
  const moments = dropoutMoments(RATES, { seed });
  return { check, masks, moments, record: { checks: check.checks, moments } };
}
