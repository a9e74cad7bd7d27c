import { z } from 'zod';

/**
 * The metrics of one training step: the loss and accuracy of its images before the update, and the
 * learning rate of the update.
 */
const trainSchema = z.strictObject({
  step: z.int(),
  train_loss: z.number(),
  train_accuracy: z.number(),
  learning_rate: z.number(),
  /**
   * The norm of all gradients together, before clipping; measured every 10th step. Null if it is
   * not finite.
   */
  gradient_norm: z.number().nullable().optional(),
});
/** The metrics of an evaluation: means over the whole test set. */
export const testSchema = z.strictObject({ step: z.int(), test_loss: z.number(), test_accuracy: z.number() });
export const lineSchema = z.union([trainSchema, testSchema]);

/** One line of `metrics.jsonl` for a training step; steps count from 1. */
export type TrainMetrics = z.infer<typeof trainSchema>;
/** One line of `metrics.jsonl` for an evaluation. */
export type TestMetrics = z.infer<typeof testSchema>;

/** Both kinds of lines of one run, each in order. */
export interface Metrics {
  train: TrainMetrics[];
  test: TestMetrics[];
}
