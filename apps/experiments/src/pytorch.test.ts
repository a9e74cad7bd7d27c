import { describe, expect, it } from 'vitest';
import { pytorchResult, pytorchVersion } from './pytorch.js';

const full = { name: 'full', trainImages: 60000, testImages: 10000, sha256: '' } as const;

describe('pytorchResult', () => {
  it('gives the same seed and the spread over all recorded ones', () => {
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

  it('knows no same seed for one that was not recorded', () => {
    expect(pytorchResult('init/xavier', { seed: 99, maxSteps: 1407, data: full })).toMatchObject({
      sameSeed: null,
    });
  });

  it('compares nothing with a run that was cut short, other data, or another run', () => {
    expect(pytorchResult('init/xavier', { seed: 0, maxSteps: 20, data: full })).toBeNull();
    expect(
      pytorchResult('init/xavier', { seed: 0, maxSteps: 1407, data: { ...full, name: 'custom' } }),
    ).toBeNull();
    expect(pytorchResult('init/none', { seed: 0, maxSteps: 1407, data: full })).toBeNull();
  });

  it('names the version that made the figures', () => {
    expect(pytorchVersion('sample')).toMatch(/^2\.15/);
  });
});
