import * as tf from '@tensorflow/tfjs-core';
import { dropout } from '@trainkit/dropout';
import { Generator } from '@trainkit/random';
import { z } from 'zod';
import { mean } from '../../figures/statistics.js';

/** The schema of mean and variance of a large sample of N(1, 1) after dropout, and in theory. */
export const momentsSchema = z.object({
  p: z.number(),
  mean: z.number(),
  variance: z.number(),
  /** The mean in theory, always 1. */
  expectedMean: z.number(),
  /** The variance in theory, (σ² + p·μ²) / (1 − p), here (1 + p) / (1 − p). */
  expectedVariance: z.number(),
});

/** See {@link momentsSchema}. */
export type Moments = z.infer<typeof momentsSchema>;

/** Number of rows and columns of the drawn masks. */
export const MASK_SIZE = 28;

/** Returns the first two masks of a generator with this seed: 1 for a kept value. */
export function twoMasks(p: number, seed: bigint): number[][] {
  const generator = new Generator(seed);
  return tf.tidy(() => {
    const ones = tf.ones([MASK_SIZE, MASK_SIZE]);
    return [1, 2].map(() =>
      Array.from(dropout(ones, p, { generator }).dataSync(), (value) => (value > 0 ? 1 : 0)),
    );
  });
}

/** Measures mean and variance of `count` numbers from N(1, 1) after dropout, for each p. */
export function dropoutMoments(
  rates: readonly number[],
  { seed, count = 100_000 }: { seed: bigint; count?: number },
): Moments[] {
  const generator = new Generator(seed);
  return tf.tidy(() => {
    const x = tf.tensor1d(generator.normal(count, 1, 1));
    return rates.map((p) => {
      const values = Array.from(dropout(x, p, { generator }).dataSync());
      const middle = mean(values);
      const variance = mean(values.map((value) => (value - middle) ** 2));
      return { p, mean: middle, variance, expectedMean: 1, expectedVariance: (1 + p) / (1 - p) };
    });
  });
}
