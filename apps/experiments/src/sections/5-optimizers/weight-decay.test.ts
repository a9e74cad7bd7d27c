import { describeBackends } from '@trainkit/testing';
import { expect, it } from 'vitest';
import { weightDecay } from './weight-decay.js';

describeBackends('weightDecay', () => {
  it('multiplies each weight by (1 − ηλ) a step with AdamW, and decays less for larger gradients with L2', () => {
    const decays = weightDecay(100);
    const ends = (optimizer: string) =>
      decays
        .filter((each) => each.optimizer === optimizer)
        .map(({ weights }) => weights.at(-1) ?? Number.NaN);
    for (const end of ends('AdamW')) {
      // The alternating gradient moves each weight by at most two steps of the learning rate.
      expect(Math.abs(end - (1 - 0.01 * 0.5) ** 100)).toBeLessThan(2 * 0.01);
    }
    expect(Math.max(...ends('AdamW')) - Math.min(...ends('AdamW'))).toBeLessThan(1e-4);
    const [small = 0, middle = 0, large = 0] = ends('Adam with L2');
    expect(small).toBeLessThan(middle - 0.1);
    expect(middle).toBeLessThan(large - 0.1);
  });
});
