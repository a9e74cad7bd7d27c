import { describe, expect, it } from 'vitest';
import { seedWord } from './seed.js';

const EXPECTED = 'expected a whole number from -2^63 to 2^64 - 1.';

describe('seedWord', () => {
  it('keeps the low 32 bits, of bigints too', () => {
    expect(seedWord(0)).toBe(0);
    expect(seedWord(2 ** 32 - 1)).toBe(0xffff_ffff);
    expect(seedWord(2 ** 32 + 5)).toBe(5);
    expect(seedWord(2n ** 63n - 1n)).toBe(0xffff_ffff);
    expect(seedWord(2n ** 64n - 2n)).toBe(0xffff_fffe);
  });

  it('counts a negative seed down from 2^64', () => {
    expect(seedWord(-1)).toBe(0xffff_ffff);
    expect(seedWord(-(2n ** 63n))).toBe(0);
  });

  it('refuses a value that is not a whole number', () => {
    for (const seed of [0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => seedWord(seed)).toThrow(new RangeError(`Generator: seed is ${seed}; ${EXPECTED}`));
    }
  });

  it('asks for a bigint if a number skips integers', () => {
    expect(() => seedWord(2 ** 53)).toThrow(
      `Generator: seed is 9007199254740992; ${EXPECTED} Numbers above 2^53 skip integers: write 9007199254740992n.`,
    );
  });

  it('refuses a seed outside of PyTorch’s range', () => {
    for (const seed of [2n ** 64n, -(2n ** 63n) - 1n]) {
      expect(() => seedWord(seed)).toThrow(new RangeError(`Generator: seed is ${seed}n; ${EXPECTED}`));
    }
  });

  it.each([
    ['"7"', '7'],
    ['undefined', undefined],
    ['null', null],
  ] as const)('refuses %s', (shown, seed) => {
    // Values that a caller without types, or `JSON.parse`, may pass.
    const untyped: unknown = seed;
    expect(() => Reflect.apply(seedWord, undefined, [untyped])).toThrow(
      new TypeError(`Generator: seed is ${shown}; ${EXPECTED}`),
    );
  });
});
