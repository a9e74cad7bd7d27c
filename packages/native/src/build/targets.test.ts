import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ownTargets, targetsOf } from './targets.js';

beforeEach(() => {
  vi.stubEnv('TRAINKIT_TARGETS', '');
  vi.stubEnv('TRAINKIT_INSTRUCTIONS', '');
});
afterEach(() => {
  vi.unstubAllEnvs();
});

const AVX2 = ['fpu', 'avx2', 'fma'];
const AVX512 = [...AVX2, 'avx512f', 'avx512vl', 'avx512bw', 'avx512dq'];
const names = (features: readonly string[] | undefined) =>
  ownTargets(features && new Set(features)).map(({ name }) => name);

describe.runIf(process.arch === 'x64')('the instruction sets of an addon for this machine', () => {
  it.each([
    ['the fastest', AVX512, ['avx512']],
    ['AVX2 where AVX-512 is not whole', AVX512.slice(0, -1), ['avx2']],
    ['none where the processor has none of them', ['fpu', 'avx2'], []],
  ])('are %s', (_, features, expected) => {
    expect(names(features)).toEqual(expected);
  });

  it('are all where the features of the processor are unknown, or TRAINKIT_TARGETS asks for them', () => {
    const all = targetsOf('x64').map(({ name }) => name);
    expect(all).toEqual(['avx512', 'avx2']);
    vi.stubEnv('TRAINKIT_TARGETS', 'all');
    expect(names(AVX2)).toEqual(all);
  });

  it('have the one among them that TRAINKIT_INSTRUCTIONS names', () => {
    vi.stubEnv('TRAINKIT_INSTRUCTIONS', 'avx2');
    expect(names(AVX512)).toEqual(['avx512', 'avx2']);
    expect(names(AVX2)).toEqual(['avx2']);
  });
});
