import { AdamW, SGD } from '@trainkit/optimizers';
import { z } from 'zod';
import { type Source, sourceLines, sourceSchema } from '../../report/source.js';
import { sanityCheck, sanityCheckSchema } from '../shared/sanity-check.js';
import { pathSchema, valleyPaths } from './valley.js';
import { decaySchema, weightDecay } from './weight-decay.js';

/** Number of steps in the valley. */
export const VALLEY_STEPS = 60;
/** Number of steps of the decaying weights. */
const DECAY_STEPS = 400;

/** The schema of the findings of section 5. */
export const optimizerSchema = sanityCheckSchema.extend({
  /** The path of each optimizer in a valley. */
  valley: z.array(pathSchema),
  /** The weights of each optimizer under weight decay. */
  weightDecay: z.array(decaySchema),
  /** The code of a step of SGD and of AdamW. */
  code: z.object({ sgd: z.array(sourceSchema), adamw: z.array(sourceSchema) }),
});

/** The findings of section 5. */
export type OptimizerFindings = z.infer<typeof optimizerSchema>;

/** Checks the optimizers, and computes their paths in a valley and their weight decay. */
export function findOptimizers(): OptimizerFindings {
  const folder = 'src/algorithms';
  const sgd = [
    { file: `${folder}/sgd.kernel.ts`, first: 'return add(mul(momentum_buffer, momentum)' },
    { file: `${folder}/sgd.kernel.ts`, first: 'const next = sub(parameter, mul(direction(' },
  ];
  const adamw = [
    { file: `${folder}/adam.kernel.ts`, first: 'const g = slope(', last: 'const next = sub(' },
    { file: `${folder}/formulas.ts`, first: 'return beta > 0.5', last: ': add(next' },
  ];
  const read = (lines: readonly Parameters<typeof sourceLines>[1][]) =>
    lines.map((each) => sourceLines('optimizers', each)).filter((each): each is Source => each !== null);
  return {
    ...sanityCheck({ optimizer: AdamW, SGD }),
    valley: valleyPaths(VALLEY_STEPS),
    weightDecay: weightDecay(DECAY_STEPS),
    code: { sgd: read(sgd), adamw: read(adamw) },
  };
}
