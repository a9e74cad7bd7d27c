import { z } from 'zod';
import type { Spread } from './statistics.js';

/** What PyTorch got in one run of one seed, as `goldens/finals-*.json` have it. */
export const finalSchema = z.object({
  steps: z.int(),
  firstLoss: z.number(),
  lastLoss: z.number(),
  /** Mean of the last hundred train losses. */
  tailLoss: z.number(),
  testLoss: z.number(),
  testAccuracy: z.number(),
  /** The evaluations, where there are some before the last step. */
  evaluations: z.array(z.object({ step: z.int(), loss: z.number(), accuracy: z.number() })).optional(),
});

/** See {@link finalSchema}. */
export type PyTorchFinal = z.infer<typeof finalSchema>;

/** What PyTorch got in a run: for the same seed, where that was recorded, and over all recorded seeds. */
export interface PyTorchResult {
  sameSeed: PyTorchFinal | null;
  /** Test accuracies over the recorded seeds. */
  accuracy: Spread;
  /** Test losses over the same. */
  testLoss: Spread;
  /** Means of the last hundred train losses. */
  tailTrainLoss: Spread;
  /** The smallest test losses. */
  bestTestLoss: Spread;
}
