import { describeBackends } from '@trainkit/testing';
import { expect, it } from 'vitest';
import { batchSizeShifts } from './batch-size.js';

describeBackends('batchSizeShifts', () => {
  it('changes an example with its batch for BatchNorm, less for larger batches, and not for LayerNorm', () => {
    const shifts = batchSizeShifts(3n);
    expect(shifts.map(({ batchSize }) => batchSize)).toEqual([2, 8, 32, 128]);
    for (const [index, { batchNorm, layerNorm }] of shifts.entries()) {
      // The sums of a matrix may have another order; those of one row differ in the last bit at
      // most.
      expect(layerNorm).toBeLessThan(1e-6);
      expect(batchNorm).toBeLessThan(shifts[index - 1]?.batchNorm ?? 2);
    }
    expect(shifts[0]?.batchNorm).toBeGreaterThan(0.5);
  });
});
