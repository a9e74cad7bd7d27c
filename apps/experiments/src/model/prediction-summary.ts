import { z } from 'zod';

/** One test image with its prediction. */
const exampleSchema = z.strictObject({
  /** The index of the image in the test set. */
  index: z.int(),
  label: z.int(),
  predicted: z.int(),
  /** The probability that the model gives the predicted class. */
  probability: z.number(),
  /** The 28 × 28 gray values from 0 to 255, in base64. */
  pixels: z.base64(),
});

/** The schema of `predictions.json`, the predictions of a trained model for the test set. */
export const predictionsSchema = z.strictObject({
  /** The number of images by label and by predicted class: `confusion[label][predicted]`. */
  confusion: z.array(z.array(z.int())),
  /** For each class its first correct image and its first wrong one. */
  examples: z.array(exampleSchema),
});

/** See {@link exampleSchema}. */
export type Example = z.infer<typeof exampleSchema>;

/** See {@link predictionsSchema}. */
export type Predictions = z.infer<typeof predictionsSchema>;
