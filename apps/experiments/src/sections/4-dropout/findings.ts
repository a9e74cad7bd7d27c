import { Dropout } from '@trainkit/dropout';
import { z } from 'zod';
import { type Source, sourceLines, sourceSchema } from '../../report/source.js';
import type { SectionResults } from '../section.js';
import { sanityCheck, sanityCheckSchema } from '../shared/sanity-check.js';
import { dropoutMoments, momentsSchema, twoMasks } from './dropout-moments.js';

/** The probability of the drawn masks. */
export const PICTURED = 0.5;

const RATES = [0, 0.15, 0.3, 0.5, 0.7, 0.9];

/** The schema of the findings of section 4. */
export const dropoutSchema = sanityCheckSchema.extend({
  /** Two masks, one after the other from one generator: 1 for a kept value. */
  masks: z.array(z.array(z.int())),
  /** Mean and variance after dropout, for each probability. */
  moments: z.array(momentsSchema),
  /** The code that draws a mask and applies it. */
  code: z.array(sourceSchema),
});

/** The findings of section 4. */
export type DropoutFindings = z.infer<typeof dropoutSchema>;

/** Checks Dropout, draws its masks, and measures mean and variance after them. */
export function findDropout({ seed }: Pick<SectionResults, 'seed'>): DropoutFindings {
  const lines = [
    sourceLines('dropout', {
      file: 'src/mask.ts',
      first: 'function fillMask(',
      last: 'generator.fillBernoulli(',
    }),
    sourceLines('dropout', { file: 'src/dropout.ts', first: 'return tidy(() => applyMask(' }),
  ];
  return {
    ...sanityCheck({ Dropout }),
    masks: twoMasks(PICTURED, seed),
    moments: dropoutMoments(RATES, { seed }),
    code: lines.filter((each): each is Source => each !== null),
  };
}
