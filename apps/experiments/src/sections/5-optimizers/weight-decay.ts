import * as tf from '@tensorflow/tfjs-core';
import { Adam, AdamW } from '@trainkit/optimizers';
import { z } from 'zod';

/** The schema of the course of one weight under one optimizer. */
export const decaySchema = z.object({
  optimizer: z.string(),
  /** The size of the weight's gradients. */
  gradient: z.number(),
  /** The weight before the first step, and after each step. */
  weights: z.array(z.number()),
});

/** See {@link decaySchema}. */
export type Decay = z.infer<typeof decaySchema>;

/**
 * The sizes of the gradients, from weights with little influence on the loss to weights with much.
 */
const GRADIENTS = [0.1, 1, 10];

const OPTIONS = { learningRate: 0.01, weightDecay: 0.5 } as const;

const OPTIMIZERS: readonly { title: string; make: (parameters: tf.Variable[]) => Adam | AdamW }[] = [
  { title: 'Adam with L2', make: (parameters) => new Adam(parameters, OPTIONS) },
  { title: 'AdamW', make: (parameters) => new AdamW(parameters, OPTIONS) },
];

/**
 * Computes the course of three weights that start at 1 and have alternating gradients (+g, −g, +g,
 * …), so that only the decay has a lasting effect.
 *
 * With L2 the decay λ·w is part of the gradient and is divided by its root mean square, so weights
 * with larger gradients decay less. AdamW subtracts η·λ·w from each weight, for gradients of any
 * size.
 */
export function weightDecay(steps: number): Decay[] {
  return OPTIMIZERS.flatMap(({ title, make }) => {
    const weights = tf.tidy(() => tf.variable(tf.ones([GRADIENTS.length])));
    const optimizer = make([weights]);
    const course = [Array.from(weights.dataSync())];
    try {
      for (let step = 0; step < steps; step++) {
        const gradient = tf.tensor1d(GRADIENTS.map((size) => (step % 2 === 0 ? size : -size)));
        optimizer.applyGradients({ [weights.name]: gradient });
        gradient.dispose();
        course.push(Array.from(weights.dataSync()));
      }
    } finally {
      optimizer.dispose();
      weights.dispose();
    }
    return GRADIENTS.map((gradient, index) => ({
      optimizer: title,
      gradient,
      weights: course.map((values) => values[index] ?? Number.NaN),
    }));
  });
}
