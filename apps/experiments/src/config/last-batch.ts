import { count } from '../terminal/format.js';
import { UserError } from '../terminal/user-error.js';
import type { RunConfig } from './schema.js';

/** What of a config decides how many images its batches have. */
export type BatchConfig = Pick<
  RunConfig,
  'run' | 'normalization' | 'hiddenSizes' | 'batchSize' | 'accumulate' | 'maxSteps' | 'data'
>;

/**
 * Looks whether BatchNorm meets a batch of one image before the run ends: there is no variance of one value, so the
 * training would stop there, hours in, and again at every resume.
 *
 * @throws UserError that names a batch size that leaves no such batch
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

/** The number, from 1 on, of the first batch that has one image alone; infinite where none has. */
function firstOfOne(batchSize: number, images: number): number {
  if (batchSize === 1) return 1;
  return images % batchSize === 1 ? Math.ceil(images / batchSize) : Number.POSITIVE_INFINITY;
}

/** The next larger batch size that leaves no batch of one image; null where there is only one image. */
function fitting(batchSize: number, images: number): number | null {
  if (images === 1) return null;
  let size = batchSize + 1;
  while (images % size === 1) size++;
  return size;
}
