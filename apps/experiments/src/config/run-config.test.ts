import { describe, expect, it } from 'vitest';
import { testConfig } from '../testing/run-config.js';
import { firstDifference, parseRunConfig } from './run-config.js';

const config = testConfig();

describe('parseRunConfig', () => {
  it('takes what was written, with a seed beyond 2^53 as text', () => {
    for (const seed of [0, '9223372036854775808']) {
      const written: unknown = JSON.parse(JSON.stringify({ ...config, seed }));
      expect(parseRunConfig(written)).toEqual({ config: { ...config, seed } });
    }
  });

  it.each([
    ['an unknown key', { learning_rate: 0.1 }, 'there is no "learning_rate"; did you mean "learningRate"?'],
    ['a fraction of a step', { maxSteps: 1.5 }, 'maxSteps is 1.5: '],
    ['another backend', { backend: 'webgl' }, 'backend is "webgl": '],
    [
      'a key too many of the data',
      { data: { ...config.data, sha: '' } },
      'there is no "sha" in data; did you mean "sha256"?',
    ],
    [
      'momentum without SGD',
      { momentum: 0.9 },
      "momentum is 0.9, which is SGD's alone; the optimizer is adamw.",
    ],
  ])('says of %s what is wrong', (_what, change, problem) => {
    expect(parseRunConfig({ ...config, ...change })).toEqual({ problem: expect.stringContaining(problem) });
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

  it('names a field that one of them lacks', () => {
    expect(firstDifference(config, { ...config, extra: 1 })).toMatchObject({ field: 'extra', now: 1 });
    expect(firstDifference({ ...config, old: 1 }, config)).toMatchObject({ field: 'old', before: 1 });
  });
});
