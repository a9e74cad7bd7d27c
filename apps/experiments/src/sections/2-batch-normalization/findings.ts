import { BatchNorm } from '@trainkit/normalization';
import { z } from 'zod';
import { type Source, sourceLines, sourceSchema } from '../../report/source.js';
import type { SectionResults } from '../section.js';
import { findGains, gainSchema } from '../shared/normalization-findings.js';
import { sanityCheck, sanityCheckSchema } from '../shared/sanity-check.js';

/** The schema of the findings of section 2. */
export const batchNormSchema = sanityCheckSchema.extend({
  gains: z.array(gainSchema),
  /** The code that normalizes a batch. */
  code: z.array(sourceSchema),
});

/** The findings of section 2. */
export type BatchNormFindings = z.infer<typeof batchNormSchema>;

/** Checks BatchNorm, and compares the network with BatchNorm to the one without. */
export function findBatchNorm({ results }: SectionResults): BatchNormFindings {
  const lines = sourceLines('normalization', {
    file: 'src/batch-norm.kernel.ts',
    first: 'const rows = x.size / weight.size',
    last: 'average(runningVar, variance,',
  });
  return {
    ...sanityCheck({ BatchNorm }),
    gains: findGains(results),
    code: [lines].filter((each): each is Source => each !== null),
  };
}
