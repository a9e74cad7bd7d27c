import { z } from 'zod';

/** Bins of the histograms, over [-1, 1]. */
export const BINS = 100;

/** How the outputs of one tanh layer are spread. */
export const activationSchema = z.strictObject({
  /** The layer's path in the network, as `net.1`. */
  layer: z.string(),
  /** Its width. */
  units: z.int(),
  mean: z.number(),
  std: z.number(),
  /** The fraction with an absolute value above 0.99, where tanh's gradient is below 2 %. */
  saturated: z.number(),
  /** How many values fall into each of the bins. */
  counts: z.array(z.int()).length(BINS),
});

/** See {@link activationSchema}. */
export type ActivationStatistics = z.infer<typeof activationSchema>;
