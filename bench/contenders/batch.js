import * as tf from '@tensorflow/tfjs';

/** Images in a batch, and pixels of an image. */
export const BATCH = 128;
export const PIXELS = 784;
export const CLASSES = 10;

/** The widths of the networks' layers, as in the exercise. */
export const WIDTHS = {
  exercise: [PIXELS, 512, 512, 512, 512, CLASSES],
  simple: [PIXELS, 256, 128, 64, CLASSES],
};

/** A batch of noise. The contents of the images do not change the time of a step. */
export function makeBatch() {
  return {
    images: tf.randomUniform([BATCH, PIXELS], -1, 1),
    labels: tf.tensor1d(
      Array.from({ length: BATCH }, (_, i) => i % CLASSES),
      'int32',
    ),
  };
}
