import { describe, expect, it } from 'vitest';
import { findRun } from '../catalog.js';
import { fakeResult, SAMPLE } from '../testing/fake-result.js';
import { comparedRuns } from './section-6-words.js';
import { isLevel } from './seed-noise.js';

const [LEFT, RIGHT] = [findRun('ablation/dropout_only'), findRun('ablation/layernorm_only')];

/** Two runs by the test losses of their seeds. */
function level(left: readonly number[], right: readonly number[], { steps = 3 } = {}): boolean {
  const results = (
    [
      [LEFT, left],
      [RIGHT, right],
    ] as const
  ).flatMap(([run, losses]) =>
    losses.map((test_loss, seed) =>
      fakeResult(run, {
        data: SAMPLE,
        seed: BigInt(seed),
        steps,
        tests: [{ step: steps, test_loss, test_accuracy: 0.8 }],
      }),
    ),
  );
  const first = results.filter(({ config }) => config.seed === 0);
  const [one, other] = comparedRuns([LEFT, RIGHT], first, results);
  if (!one || !other) throw new Error('There are two runs.');
  return isLevel(one, other);
}

describe('whether two runs are level', () => {
  it('is told by their own seeds, where there are three', () => {
    // A deviation of 0.1 is a standard error of 0.058 for each mean, 0.16 for 1.96 of those of a difference.
    expect(level([0.4, 0.5, 0.6], [0.55, 0.65, 0.75])).toBe(true);
    expect(level([0.4, 0.5, 0.6], [0.57, 0.67, 0.77])).toBe(false);
  });

  it('is told by the deviation of PyTorch’s seeds for fewer, where the run is one that PyTorch made', () => {
    expect(level([0.45], [0.452], { steps: 1000 })).toBe(true);
    expect(level([0.45], [0.6], { steps: 1000 })).toBe(false);
  });

  it('is not told where nobody made several seeds, unless they are equal', () => {
    expect(level([0.45], [0.4501])).toBe(false);
    expect(level([0.45, 0.5], [0.475, 0.475])).toBe(true);
  });
});
