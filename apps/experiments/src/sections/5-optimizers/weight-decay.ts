import * as tf from '@tensorflow/tfjs-core';
import { Adam, AdamW } from '@trainkit/optimizers';

/** How large one weight is after each step, under one optimizer. */
export interface Decay {
  optimizer: string;
  /** The size of the gradients that the weight gets. */
  gradient: number;
  /** The weight before the first step, and after each. */
  weights: number[];
}

/** Gradients of weights that the loss hardly knows, and of those that it knows well. */
const GRADIENTS = [0.1, 1, 10];

const OPTIONS = { learningRate: 0.01, weightDecay: 0.5 } as const;

const OPTIMIZERS: readonly { title: string; make: (parameters: tf.Variable[]) => Adam | AdamW }[] = [
  { title: 'Adam with L2', make: (parameters) => new Adam(parameters, OPTIONS) },
  { title: 'AdamW', make: (parameters) => new AdamW(parameters, OPTIONS) },
];

/**
 * Three weights of 1 whose gradients only swing (+g, −g, +g, …), so that decay alone moves them for good.
 *
 * With L2 the decay λ·w is part of the gradient and is divided by its root mean square: the larger a weight's gradients,
 * the less it decays. AdamW takes η·λ·w off each weight, whatever its gradients are.
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
