import { count } from '../terminal/format.js';
import { UserError } from '../terminal/user-error.js';
import type { RunConfig } from './schema.js';

/** The settings that decide the number of images in each batch. */
export type BatchConfig = Pick<
  RunConfig,
  'run' | 'normalization' | 'hiddenSizes' | 'batchSize' | 'accumulate' | 'maxSteps' | 'data'
>;

/**
 * Rejects a config in which BatchNorm gets a batch of one image before the run ends. One value has
 * no variance, so the training would stop there, possibly after hours, and again at every resume.
 *
 * @throws UserError that names a batch size without this problem
 */
export function checkLastBatch(config: BatchConfig): void {
  const { run, batchSize, accumulate, maxSteps } = config;
  if (config.normalization !== 'batchnorm' || config.hiddenSizes.length === 0) return;
  const images = config.data.trainImages;
  // A run may end before the epoch does.
  if (maxSteps * accumulate < firstOfOne(batchSize, images)) return;
  const leaves =
    batchSize === 1
      ? 'BatchNorm trains on batches of 2 images or more'
      : `the last batch of an epoch has 1 of the ${count(images)} train images, and BatchNorm trains on batches of 2 or more`;
  const alone = accumulate === 1 ? '' : `, each by itself whatever accumulate is (${accumulate})`;
  const other = fitting(batchSize, images);
  const sizes = other === null ? 'Set' : `Set batchSize to ${other}, or`;
  throw new UserError(
    `${run}: batchSize is ${batchSize}: ${leaves}${alone}. ${sizes} normalization to "layernorm".`,
  );
}

/**
 * Returns the number, from 1 on, of the first batch with a single image; infinite if there is none.
 */
function firstOfOne(batchSize: number, images: number): number {
  if (batchSize === 1) return 1;
  return images % batchSize === 1 ? Math.ceil(images / batchSize) : Number.POSITIVE_INFINITY;
}

/**
 * Returns the next larger batch size without a batch of one image; null for a data set of one
 * image.
 */
function fitting(batchSize: number, images: number): number | null {
  if (images === 1) return null;
  let size = batchSize + 1;
  while (images % size === 1) size++;
  return size;
}
