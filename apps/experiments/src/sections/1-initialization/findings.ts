import { z } from 'zod';
import { type Source, sourceLines, sourceSchema } from '../../report/source.js';

/** The loss of a guess with the same probability for every class. */
export const GUESS_LOSS = Math.log(10);

/** The schema of the findings of section 1; the activations are among the figures of its runs. */
export const initializationSchema = z.object({
  /** The code that draws Xavier's weights. */
  code: z.array(sourceSchema),
});

/** The findings of section 1. */
export type InitializationFindings = z.infer<typeof initializationSchema>;

/** Reads the code of the initialization. */
export function findInitializations(): InitializationFindings {
  const file = 'src/xavier.ts';
  const lines = [
    sourceLines('init', { file, first: 'const bound = ', last: 'return drawUniform(' }),
    sourceLines('init', { file, first: 'const { fanIn, fanOut } = ', last: 'return gain *' }),
  ];
  return { code: lines.filter((each): each is Source => each !== null) };
}
