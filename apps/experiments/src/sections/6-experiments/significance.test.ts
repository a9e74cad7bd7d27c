import { describe, expect, it } from 'vitest';
import type { PyTorchResult } from '../../figures/pytorch-result.js';
import { fakeResult, SAMPLE } from '../../testing/fake-result.js';
import { findRun } from '../index.js';
import { type Compared, comparedRuns } from './compared.js';
import { compareLosses } from './significance.js';

const [LEFT, RIGHT] = [findRun('ablation/dropout_only'), findRun('ablation/layernorm_only')];
/** The number of steps of PyTorch's runs on the sample, and one too small for a comparison. */
const [WHOLE, CUT] = [1000, 3];

/** Returns a run with these test losses of its seeds. */
function compared(
  run: typeof LEFT,
  losses: readonly number[],
  { steps = CUT, from = 0 }: { steps?: number; from?: number } = {},
): Compared {
  const results = losses.map((test_loss, index) =>
    fakeResult(run, {
      data: SAMPLE,
      seed: BigInt(from + index),
      steps,
      tests: [{ step: steps, test_loss, test_accuracy: 0.8 }],
    }),
  );
  const [each] = comparedRuns([run], results, results);
  if (!each) throw new Error('The run is missing; expected one.');
  return each;
}

/** Returns the same run with other recorded test losses of PyTorch's. */
function beside(each: Compared, recorded: { std: number; seeds: number } | null): Compared {
  const { pytorch } = each.result;
  if (!pytorch) throw new Error('PyTorch’s results are missing; expected a run that PyTorch has.');
  const losses: PyTorchResult | null = recorded && {
    ...pytorch,
    testLoss: { ...pytorch.testLoss, ...recorded },
  };
  return { ...each, result: { ...each.result, pytorch: losses } };
}

/** Compares two runs by their own seeds alone. */
function compareSeeds(left: readonly number[], right: readonly number[]) {
  return compareLosses(compared(LEFT, left), compared(RIGHT, right));
}

describe('the comparison of two runs', () => {
  it('uses the differences of their own seeds, if they share three', () => {
    // The seeds of each run differ by 0.1, and both runs differ by the same amount for each seed.
    expect(compareSeeds([0.4, 0.5, 0.6], [0.45, 0.55, 0.65])).toBe('apart');
    expect(compareSeeds([0.45, 0.55, 0.65], [0.4, 0.5, 0.6])).toBe('apart');
    // The same losses in another order.
    expect(compareSeeds([0.4, 0.5, 0.6], [0.65, 0.45, 0.55])).toBe('level');
  });

  it('uses Student’s t for few seeds', () => {
    // A deviation of 0.1 gives a standard error of 0.0577; 4.303 errors are 0.2484, and 1.96 would
    // be 0.113.
    expect(compareSeeds([0, 0, 0], [0.148, 0.248, 0.348])).toBe('level');
    expect(compareSeeds([0, 0, 0], [0.149, 0.249, 0.349])).toBe('apart');
    // Four seeds have three degrees of freedom: a deviation of 0.1155, an error of 0.0577, and
    // 3.182 errors are 0.1837.
    expect(compareSeeds([0, 0, 0, 0], [0.083, 0.083, 0.283, 0.283])).toBe('level');
    expect(compareSeeds([0, 0, 0, 0], [0.084, 0.084, 0.284, 0.284])).toBe('apart');
  });

  it('finds a seed of the other run by its number, not by its position', () => {
    const turned = compared(RIGHT, [0.45, 0.55, 0.65]);
    const right = { ...turned, seeds: turned.seeds.toReversed() };
    expect(compareLosses(compared(LEFT, [0.4, 0.5, 0.6]), right)).toBe('apart');
    // Two of three are shared.
    const later = compared(RIGHT, [0.55, 0.65, 0.75], { from: 1 });
    expect(compareLosses(compared(LEFT, [0.4, 0.5, 0.6]), later)).toBe('unknown');
  });
});

describe('with fewer seeds', () => {
  const pair = (left: readonly number[], right: readonly number[], std = 0.03) =>
    [
      beside(compared(LEFT, left, { steps: WHOLE }), { std, seeds: 5 }),
      beside(compared(RIGHT, right, { steps: WHOLE }), { std: 0.04, seeds: 5 }),
    ] as const;

  it('uses PyTorch’s seeds of both runs', () => {
    // 2.776 times the error of a difference, 0.05, is 0.1388; 1.96 times would be 0.098.
    expect(compareLosses(...pair([0.45], [0.588]))).toBe('level');
    expect(compareLosses(...pair([0.45], [0.5889]))).toBe('apart');
    // With two seeds each the error is 0.0354, and the limit 0.0981.
    expect(compareLosses(...pair([0.44, 0.46], [0.537, 0.559]))).toBe('level');
    expect(compareLosses(...pair([0.44, 0.46], [0.5375, 0.5595]))).toBe('apart');
  });

  it('uses the smaller number of recorded seeds', () => {
    const [left, right] = pair([0.45], [0.65]);
    const few = beside(left, { std: 0.03, seeds: 3 });
    // 4.303 times 0.05 is 0.215.
    expect([compareLosses(left, right), compareLosses(few, right), compareLosses(right, few)]).toEqual([
      'apart',
      'level',
      'level',
    ]);
  });

  it('prefers the runs’ own seeds to PyTorch’s', () => {
    const own = [LEFT, RIGHT].map((run, i) =>
      compared(
        run,
        [0.4, 0.5, 0.6].map((loss) => loss + i / 100),
        { steps: WHOLE },
      ),
    );
    const [left, right] = own;
    if (!left || !right) throw new Error('A run is missing; expected two.');
    expect(compareLosses(left, right)).toBe('apart');
  });

  it('gives no verdict if PyTorch’s deviation of either run is unknown', () => {
    const [left, right] = pair([0.1], [0.9]);
    for (const recorded of [null, { std: 0.03, seeds: 2 }]) {
      expect(compareLosses(beside(left, recorded), right)).toBe('unknown');
      expect(compareLosses(left, beside(right, recorded))).toBe('unknown');
    }
    expect(compareLosses(left, right)).toBe('apart');
    expect(compareSeeds([0.45], [0.4501])).toBe('unknown');
    expect(compareSeeds([0.1, 0.1], [0.9, 0.9])).toBe('unknown');
  });

  it('uses PyTorch’s runs as they were recorded', () => {
    const whole = (run: typeof LEFT, loss: number) => compared(run, [loss], { steps: WHOLE });
    expect(compareLosses(whole(LEFT, 0.45), whole(RIGHT, 0.452))).toBe('level');
    expect(compareLosses(whole(LEFT, 0.45), whole(RIGHT, 0.6))).toBe('apart');
  });
});

describe('equal runs', () => {
  it('are equal with every seed', () => {
    expect(compareSeeds([0.45], [0.45])).toBe('equal');
    expect(compareSeeds([0.4, 0.5, 0.6], [0.4, 0.5, 0.6])).toBe('equal');
  });

  it('are not runs of which only the means are equal', () => {
    expect(compareSeeds([0.45, 0.5], [0.475, 0.475])).toBe('unknown');
    expect(compareSeeds([0.4, 0.5, 0.6], [0.6, 0.5, 0.4])).toBe('level');
  });

  it('are not runs without a common seed', () => {
    expect(compareLosses(compared(LEFT, [0.45]), compared(RIGHT, [0.45], { from: 1 }))).toBe('unknown');
  });
});
