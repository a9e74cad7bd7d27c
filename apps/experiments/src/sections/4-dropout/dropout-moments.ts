import * as tf from '@tensorflow/tfjs-core';
import { dropout } from '@trainkit/dropout';
import { Generator } from '@trainkit/random';
import { mean } from '../../figures/statistics.js';

/** What dropout leaves of a large sample of N(1, 1): its mean and variance, and what theory says. */
export interface Moments {
  p: number;
  mean: number;
  variance: number;
  /** The mean stays 1. */
  expectedMean: number;
  /** (σ² + p·μ²) / (1 − p), here (1 + p) / (1 − p). */
  expectedVariance: number;
}

/** Rows and columns of the pictures of masks. */
export const MASK_SIZE = 28;

/** The first mask that a generator of this seed gives, and the second: 1 where a value is kept. */
export function twoMasks(p: number, seed: bigint): number[][] {
  const generator = new Generator(seed);
  return tf.tidy(() => {
    const ones = tf.ones([MASK_SIZE, MASK_SIZE]);
    return [1, 2].map(() =>
      Array.from(dropout(ones, p, { generator }).dataSync(), (value) => (value > 0 ? 1 : 0)),
    );
  });
}

/** How dropout changes mean and variance of `count` numbers from N(1, 1), for each p. */
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
