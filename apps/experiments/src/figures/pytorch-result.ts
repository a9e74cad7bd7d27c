import { z } from 'zod';
import type { Spread } from './statistics.js';

/** PyTorch's results of one run with one seed, as in `goldens/finals-*.json`. */
export const finalSchema = z.object({
  steps: z.int(),
  firstLoss: z.number(),
  lastLoss: z.number(),
  /** Mean of the last hundred train losses. */
  tailLoss: z.number(),
  testLoss: z.number(),
  testAccuracy: z.number(),
  /** The evaluations, if there are any before the last step. */
  evaluations: z.array(z.object({ step: z.int(), loss: z.number(), accuracy: z.number() })).optional(),
});

/** See {@link finalSchema}. */
export type PyTorchFinal = z.infer<typeof finalSchema>;

/**
 * PyTorch's results of a run: with the same seed, if it was recorded, and over all recorded seeds.
 */
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
