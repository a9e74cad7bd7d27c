import { z } from 'zod';

/** Bins of the histograms, over [-1, 1]. */
export const BINS = 100;

/** The distribution of the outputs of one tanh layer. */
export const activationSchema = z.strictObject({
  /** The layer's path in the network, such as `net.1`. */
  layer: z.string(),
  /** The layer's width. */
  units: z.int(),
  mean: z.number(),
  std: z.number(),
  /** The fraction with an absolute value above 0.99, where tanh's gradient is below 2 %. */
  saturated: z.number(),
  /** Number of values in each bin. */
  counts: z.array(z.int()).length(BINS),
});

/** See {@link activationSchema}. */
export type ActivationStatistics = z.infer<typeof activationSchema>;
