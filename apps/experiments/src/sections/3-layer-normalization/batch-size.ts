import * as tf from '@tensorflow/tfjs-core';
import { BatchNorm, LayerNorm } from '@trainkit/normalization';
import { Generator } from '@trainkit/random';
import { z } from 'zod';
import { mean } from '../../figures/statistics.js';

/**
 * The schema of the difference of an example's normalized values from those in a large batch: root
 * mean squares over its features.
 */
export const batchSizeShiftSchema = z.object({
  batchSize: z.int(),
  batchNorm: z.number(),
  layerNorm: z.number(),
});

/** See {@link batchSizeShiftSchema}. */
export type BatchSizeShift = z.infer<typeof batchSizeShiftSchema>;

/** Number of features of the example. */
export const FEATURES = 64;

/** The size of the large batch. */
export const REFERENCE = 1024;

const BATCH_SIZES = [2, 8, 32, 128];

/**
 * Normalizes one example in batches of several sizes. Larger batches contain the examples of
 * smaller ones.
 */
export function batchSizeShifts(seed: bigint): BatchSizeShift[] {
  const values = Float32Array.from(new Generator(seed).normal(REFERENCE * FEATURES));
  const normalized = (layer: BatchNorm | LayerNorm, batchSize: number) =>
    tf.tidy(() => {
      const batch = tf.tensor2d(values.subarray(0, batchSize * FEATURES), [batchSize, FEATURES]);
      return tf.slice(layer.forward(batch), [0, 0], [1, FEATURES]).dataSync();
    });
  const shifts = (layer: BatchNorm | LayerNorm) => {
    try {
      const reference = normalized(layer, REFERENCE);
      return BATCH_SIZES.map((size) => rootMeanSquare(normalized(layer, size), reference));
    } finally {
      layer.dispose();
    }
  };
  const [batchNorm, layerNorm] = [shifts(new BatchNorm(FEATURES)), shifts(new LayerNorm(FEATURES))];
  return BATCH_SIZES.map((batchSize, index) => ({
    batchSize,
    batchNorm: batchNorm[index] ?? Number.NaN,
    layerNorm: layerNorm[index] ?? Number.NaN,
  }));
}

function rootMeanSquare(values: ArrayLike<number>, reference: ArrayLike<number>): number {
  const squares = Array.from(values, (value, index) => (value - (reference[index] ?? Number.NaN)) ** 2);
  return Math.sqrt(mean(squares));
}
