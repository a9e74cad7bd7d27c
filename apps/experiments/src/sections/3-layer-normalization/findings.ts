import { LayerNorm } from '@trainkit/normalization';
import { z } from 'zod';
import { type Source, sourceLines, sourceSchema } from '../../report/source.js';
import type { SectionResults } from '../section.js';
import { findGains, gainSchema } from '../shared/normalization-findings.js';
import { sanityCheck, sanityCheckSchema } from '../shared/sanity-check.js';
import { batchSizeShiftSchema, batchSizeShifts } from './batch-size.js';

/** The schema of the findings of section 3. */
export const layerNormSchema = sanityCheckSchema.extend({
  gains: z.array(gainSchema),
  /** The dependence of both normalizations on the batch size. */
  batchSizes: z.array(batchSizeShiftSchema),
  /** The code that normalizes a row. */
  code: z.array(sourceSchema),
});

/** The findings of section 3. */
export type LayerNormFindings = z.infer<typeof layerNormSchema>;

/**
 * Checks LayerNorm, and compares the networks with LayerNorm and with BatchNorm to the one without
 * either.
 */
export function findLayerNorm({ results, seed }: SectionResults): LayerNormFindings {
  const lines = sourceLines('normalization', {
    file: 'src/layer-norm.kernel.ts',
    first: 'const shifted = sub(x, rowMeans(x))',
    last: 'return [mul(centered, scale), scale]',
  });
  return {
    ...sanityCheck({ LayerNorm }),
    gains: findGains(results),
    batchSizes: batchSizeShifts(seed),
    code: [lines].filter((each): each is Source => each !== null),
  };
}
