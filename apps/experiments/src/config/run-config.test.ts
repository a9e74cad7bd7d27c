import { describe, expect, it } from 'vitest';
import { testConfig } from '../testing/run-config.js';
import { parseRunConfig } from './run-config.js';

const config = testConfig();

describe('parseRunConfig', () => {
  it('accepts a written config, with a seed beyond 2^53 as text', () => {
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
  ])('names the problem of %s', (_what, change, problem) => {
    expect(parseRunConfig({ ...config, ...change })).toEqual({ problem: expect.stringContaining(problem) });
  });
});
