import { Generator } from '@trainkit/random';
import { describeBackends } from '@trainkit/testing';
import { expect, it } from 'vitest';
import { dropoutMoments, MASK_SIZE, twoMasks } from './dropout-moments.js';

describeBackends('dropout’s pictures', () => {
  it('gives the masks that PyTorch draws, one after the other', () => {
    const generator = new Generator(7);
    const size = MASK_SIZE ** 2;
    const expected = [generator.bernoulli(size, 0.5), generator.bernoulli(size, 0.5)].map((mask) => [
      ...mask,
    ]);
    expect(twoMasks(0.5, 7n)).toEqual(expected);
    expect(expected[0]).not.toEqual(expected[1]);
  });

  it('gives an unchanged mean and a variance that grows as in theory', () => {
    for (const each of dropoutMoments([0, 0.15, 0.5, 0.9], { seed: 3n })) {
      // Five standard errors of a mean over 100,000; the error of the variance is several times
      // larger.
      const error = 5 * Math.sqrt(each.expectedVariance / 100_000);
      expect(Math.abs(each.mean - each.expectedMean)).toBeLessThan(error);
      expect(Math.abs(each.variance / each.expectedVariance - 1)).toBeLessThan(0.05);
    }
  });
});
