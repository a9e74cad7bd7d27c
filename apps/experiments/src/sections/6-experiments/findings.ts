import { z } from 'zod';
import { type Source, sourceLines, sourceSchema } from '../../report/source.js';
import type { SectionResults } from '../section.js';
import { type Difference, differenceSchema } from './difference-schema.js';
import { type Change, pairedDifference } from './differences.js';
import {
  ADAMW_RUN,
  BOTH_RUN,
  DROPOUT_RUN,
  LAYER_NORM_RUN,
  NEITHER_RUN,
  SGD_RUN,
  TUNED_ADAMW_RUN,
  TUNED_SGD_RUN,
} from './runs.js';

/** The schema of the findings of section 6. */
export const experimentSchema = z.object({
  /** The paired differences of 6.1. */
  optimizers: z.array(differenceSchema),
  /** The paired differences of 6.2. */
  ablation: z.array(differenceSchema),
  /** The code of the loss and of the initialization. */
  code: z.array(sourceSchema),
});

/** The findings of section 6. */
export type ExperimentFindings = z.infer<typeof experimentSchema>;

/** Computes the paired differences between the runs of section 6. */
export function findExperiments({ allSeeds }: SectionResults): ExperimentFindings {
  const differences = (changes: readonly Change[]): Difference[] =>
    changes.map((each) => pairedDifference(each, allSeeds)).filter((each) => each !== null);
  const lines = [
    sourceLines('nn', {
      file: 'src/losses/softmax-cross-entropy.kernel.ts',
      first: 'const [logProbabilities] = logSoftmax(',
      last: 'return [tf.neg(pick(',
    }),
    sourceLines('init', { file: 'src/kaiming.ts', first: 'const fan = fansOf(', last: 'return gainOf(' }),
  ];
  return {
    optimizers: differences(OPTIMIZER_CHANGES),
    ablation: differences(ABLATION_CHANGES),
    code: lines.filter((each): each is Source => each !== null),
  };
}

const OPTIMIZER_CHANGES: readonly Change[] = [
  { change: 'AdamW instead of SGD', first: ADAMW_RUN, second: SGD_RUN },
  { change: 'Tuned SGD instead of SGD', first: TUNED_SGD_RUN, second: SGD_RUN },
  { change: 'Tuned AdamW instead of AdamW', first: TUNED_ADAMW_RUN, second: ADAMW_RUN },
];

const ABLATION_CHANGES: readonly Change[] = [
  { change: 'LayerNorm, without dropout', first: LAYER_NORM_RUN, second: NEITHER_RUN },
  { change: 'LayerNorm, with dropout', first: BOTH_RUN, second: DROPOUT_RUN },
  { change: 'Dropout, without LayerNorm', first: DROPOUT_RUN, second: NEITHER_RUN },
  { change: 'Dropout, with LayerNorm', first: BOTH_RUN, second: LAYER_NORM_RUN },
];
