import { describe, expect, it } from 'vitest';
import { testConfig } from '../testing/run-config.js';
import { firstDifference, formatSetting, runDifference } from './diff.js';

const config = testConfig({ maxSteps: 9 });

describe('runDifference', () => {
  it('treats more steps as the same run, and fewer as another run', () => {
    expect(runDifference(config, config)).toBeNull();
    expect(runDifference(config, { ...config, maxSteps: 10 })).toBeNull();
    expect(runDifference(config, { ...config, maxSteps: 8 })).toEqual({
      field: 'maxSteps',
      before: 9,
      now: 8,
    });
  });

  it('names any other difference, whatever the number of steps', () => {
    for (const maxSteps of [9, 10]) {
      expect(runDifference(config, { ...config, maxSteps, seed: 4 })).toEqual({
        field: 'seed',
        before: 3,
        now: 4,
      });
    }
  });

  it('treats an invalid config, or one without steps, as another run', () => {
    expect(runDifference(null, config)).toMatchObject({ field: '', before: null });
    expect(runDifference({ ...config, maxSteps: undefined }, config)).toMatchObject({ field: 'maxSteps' });
  });
});

describe('firstDifference', () => {
  it('is null for equal configs, whatever the order of their keys', () => {
    expect(firstDifference(config, { ...config })).toBeNull();
    expect(firstDifference({ a: 1, b: 2 }, { b: 2, a: 1 })).toBeNull();
  });

  it('names a nested field', () => {
    const now = { ...config, data: { ...config.data, sha256: 'def' } };
    expect(firstDifference(config, now)).toEqual({ field: 'data.sha256', before: 'abc', now: 'def' });
  });

  it('names a field that only one of them has', () => {
    expect(firstDifference(config, { ...config, extra: 1 })).toMatchObject({ field: 'extra', now: 1 });
    expect(firstDifference({ ...config, old: 1 }, config)).toMatchObject({ field: 'old', before: 1 });
  });
});

it('formats values', () => {
  const schedule = { kind: 'cosine', steps: 9, end: 0 };
  const values = [null, 0.9, [512, 256], 'relu', schedule, { patience: 3, minDelta: 0 }];
  expect(values.map(formatSetting)).toEqual([
    'none',
    '0.9',
    '512-256',
    'relu',
    'cosine (steps 9, end 0)',
    'patience 3, minDelta 0',
  ]);
});
