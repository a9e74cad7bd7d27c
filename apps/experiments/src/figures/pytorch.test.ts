import { describe, expect, it } from 'vitest';
import { figuresOfPyTorch, pytorchResult, pytorchVersion } from './pytorch.js';

const full = { name: 'full', trainImages: 60000, testImages: 10000, sha256: '' } as const;

describe('pytorchResult', () => {
  it('returns the same seed’s results and the spread over all recorded seeds', () => {
    const result = pytorchResult('init/zero', { seed: 1, maxSteps: 1407, data: full });
    expect(result?.sameSeed?.testAccuracy).toBe(0.1);
    expect(result?.accuracy).toEqual({
      mean: expect.closeTo(0.1, 12),
      min: 0.1,
      max: 0.1,
      std: expect.closeTo(0, 12),
      seeds: 6,
    });
  });

  it('has the other figures over the same seeds', () => {
    const result = pytorchResult('optimizer/adamw', { seed: 0, maxSteps: 3000, data: full });
    expect(result?.tailTrainLoss).toMatchObject({ seeds: 3, mean: expect.closeTo(0.21, 2) });
    // The final test loss of a seed is at least its smallest.
    expect(result?.bestTestLoss.mean).toBeLessThan(result?.testLoss.mean ?? 0);
  });

  it('has no results with the same seed for one that was not recorded', () => {
    expect(pytorchResult('init/xavier', { seed: 99, maxSteps: 1407, data: full })).toMatchObject({
      sameSeed: null,
    });
  });

  it('has no results for a shortened run, other data, or another run', () => {
    expect(pytorchResult('init/xavier', { seed: 0, maxSteps: 20, data: full })).toBeNull();
    expect(
      pytorchResult('init/xavier', { seed: 0, maxSteps: 1407, data: { ...full, name: 'custom' } }),
    ).toBeNull();
    expect(pytorchResult('init/none', { seed: 0, maxSteps: 1407, data: full })).toBeNull();
  });

  it('names the version of PyTorch that computed the figures', () => {
    expect(pytorchVersion('sample')).toMatch(/^2\.15/);
  });
});

it("has PyTorch's figures, with the end as the best evaluation if it is the only one", () => {
  const final = { steps: 9, firstLoss: 3, lastLoss: 1, tailLoss: 2, testLoss: 0.5, testAccuracy: 0.75 };
  expect(figuresOfPyTorch(final)).toEqual({
    firstTrainLoss: 3,
    lastTrainLoss: 1,
    tailTrainLoss: 2,
    testLoss: 0.5,
    testAccuracy: 0.75,
    best: { step: 9, loss: 0.5, accuracy: 0.75 },
  });
  const evaluations = [{ step: 4, loss: 0.25, accuracy: 0.5 }];
  expect(figuresOfPyTorch({ ...final, evaluations }).best).toEqual(evaluations[0]);
});
