import { z } from 'zod';

/** The mean of paired differences, with what several seeds say about it. */
const meanDifferenceSchema = z.object({
  difference: z.number(),
  /** The 95 % interval (BCa bootstrap); null for one seed. */
  low: z.number().nullable(),
  high: z.number().nullable(),
  /** The p-value of the sign-flip test; null for one seed. */
  pValue: z.number().nullable(),
  /** The side of zero on which the interval lies, of five seeds or more; else `undecided`. */
  verdict: z.enum(['lower', 'higher', 'undecided']),
});

/** The schema of the paired differences of two runs over their seeds: first minus second. */
export const differenceSchema = z.object({
  /** The compared change, for a heading: `Dropout, with LayerNorm`. */
  change: z.string(),
  /** The names of both runs. */
  first: z.string(),
  second: z.string(),
  seeds: z.int(),
  testLoss: meanDifferenceSchema,
  testAccuracy: meanDifferenceSchema,
});

/** See {@link differenceSchema}. */
export type Difference = z.infer<typeof differenceSchema>;
