import { describe, expect, it } from 'vitest';
import { firstDifference, runConfigSchema, seedToJson } from './config.js';

const config = {
  run: 'init/xavier',
  seed: 0,
  steps: 141,
  batchSize: 128,
  optimizer: 'sgd',
  learningRate: 0.01,
  backend: 'wasm',
  data: { name: 'sample', trainImages: 6000, testImages: 1000, sha256: 'abc' },
};

describe('runConfigSchema', () => {
  it('takes a config, with a seed beyond 2^53 as text', () => {
    expect(runConfigSchema.parse(config)).toEqual(config);
    expect(runConfigSchema.parse({ ...config, seed: '9223372036854775807' }).seed).toBe(
      '9223372036854775807',
    );
  });

  it.each([
    ['an unknown key', { ...config, learning_rate: 0.1 }],
    ['a fraction of a step', { ...config, steps: 1.5 }],
    ['a seed that is no number', { ...config, seed: 'zero' }],
    ['another backend', { ...config, backend: 'webgl' }],
  ])('refuses %s', (_what, value) => {
    expect(runConfigSchema.safeParse(value).success).toBe(false);
  });
});

describe('seedToJson', () => {
  it('keeps what a JSON number can hold as a number, and the rest as digits', () => {
    expect(seedToJson(4294967301n)).toBe(4294967301);
    expect(seedToJson(2n ** 53n)).toBe('9007199254740992');
    expect(seedToJson(-(2n ** 63n))).toBe('-9223372036854775808');
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
