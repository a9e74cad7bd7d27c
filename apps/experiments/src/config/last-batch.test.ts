import { describe, expect, it } from 'vitest';
import { testConfig } from '../testing/run-config.js';
import { checkLastBatch } from './last-batch.js';

const check = (
  batchSize: number,
  { trainImages = 6000, ...settings }: { trainImages?: number } & Parameters<typeof testConfig>[0] = {},
) =>
  checkLastBatch(
    testConfig({
      run: 'mine/a',
      normalization: 'batchnorm',
      batchSize,
      maxSteps: 10_000,
      ...settings,
      data: { trainImages },
    }),
  );

describe('checkLastBatch', () => {
  it.each([
    [
      7,
      {},
      'mine/a: batchSize is 7: the last batch of an epoch has 1 of the 6,000 train images, and BatchNorm trains on batches of 2 or more. Set batchSize to 8, or normalization to "layernorm".',
    ],
    [5999, {}, 'Set batchSize to 6000, or normalization'],
    [
      1,
      { maxSteps: 1 },
      'mine/a: batchSize is 1: BatchNorm trains on batches of 2 images or more. Set batchSize to 2, or',
    ],
    [2, { trainImages: 6001 }, 'Set batchSize to 7, or'],
    [
      7,
      { accumulate: 4 },
      'trains on batches of 2 or more, each by itself whatever accumulate is (4). Set batchSize to 8, or',
    ],
    [
      128,
      { trainImages: 1 },
      'has 1 of the 1 train images, and BatchNorm trains on batches of 2 or more. Set normalization',
    ],
  ])('refuses batches of %i with %j', (batchSize, settings, message) => {
    expect(() => check(batchSize, settings)).toThrow(message);
  });

  it('accepts last batches of 2 or more, and networks without BatchNorm', () => {
    for (const batchSize of [2, 8, 128, 6000, 9000]) check(batchSize);
    check(7, { normalization: 'layernorm' });
    check(1, { normalization: 'none' });
    check(1, { hiddenSizes: [] });
  });

  it('accepts a run that ends before that batch', () => {
    // The 858th batch is the last of the epoch.
    check(7, { maxSteps: 857 });
    expect(() => check(7, { maxSteps: 858 })).toThrow('batchSize is 7');
    check(7, { maxSteps: 428, accumulate: 2 });
    expect(() => check(7, { maxSteps: 429, accumulate: 2 })).toThrow('batchSize is 7');
  });
});
