import { describe, expect, it } from 'vitest';
import { seedWord } from './seed.js';

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

  it('refuses what is not a whole number', () => {
    expect(() => seedWord(0.5)).toThrow('A seed is a whole number; 0.5 is not a whole number.');
    expect(() => seedWord(Number.NaN)).toThrow('A seed is a whole number; NaN is not a whole number.');
    expect(() => seedWord(Number.POSITIVE_INFINITY)).toThrow('Infinity is not a whole number.');
  });

  it('asks for a bigint where a number skips integers', () => {
    expect(() => seedWord(2 ** 53)).toThrow(
      'A seed is a whole number; 9007199254740992 is beyond 2^53, where numbers skip integers: write it as a ' +
        'bigint, like 9007199254740992n.',
    );
  });

  it('refuses what lies outside PyTorch’s range', () => {
    const text = "A seed lies between -2^63 and 2^64 - 1, as PyTorch's; received";
    expect(() => seedWord(2n ** 64n)).toThrow(`${text} 18446744073709551616n.`);
    expect(() => seedWord(-(2n ** 63n) - 1n)).toThrow(`${text} -9223372036854775809n.`);
  });

  it.each([
    ['"7"', '7'],
    ['undefined', undefined],
    ['null', null],
  ] as const)('refuses %s', (shown, seed) => {
    // What a caller without types, or `JSON.parse`, may hand over.
    const untyped: unknown = seed;
    expect(() => Reflect.apply(seedWord, undefined, [untyped])).toThrow(
      `A seed is a number or a bigint; received ${shown} (${typeof seed}).`,
    );
  });
});
