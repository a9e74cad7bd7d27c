import { describe, expect, it } from 'vitest';
import { seedSchema, seedToJson } from './seed.js';

describe('seedToJson', () => {
  it('writes a seed that fits a JSON number as a number, and others as digits', () => {
    expect(seedToJson(4294967301n)).toBe(4294967301);
    expect(seedToJson(2n ** 53n)).toBe('9007199254740992');
    expect(seedToJson(-(2n ** 63n))).toBe('-9223372036854775808');
  });
});

describe('seedSchema', () => {
  it.each([0, -7, 2 ** 53 - 1, '0', '18446744073709551615', '-9223372036854775808'])('accepts %j', (seed) => {
    expect(seedSchema.parse(seed)).toBe(seed);
  });

  it.each([
    [
      1.5,
      'a seed is a whole number such as 0, or above 2^53 its digits in quotes, such as "9007199254740993"',
    ],
    ['zero', 'a seed is a whole number such as 0, or'],
    [null, 'a seed is a whole number such as 0, or'],
    [Number.POSITIVE_INFINITY, 'a seed is a whole number such as 0, or'],
    [2 ** 53, 'a number beyond 2^53 is rounded in JSON; write the digits of the seed in quotes, as "'],
    [-(2 ** 63), 'a number beyond 2^53 is rounded in JSON;'],
    [2 ** 64, 'a seed is between -2^63 and 2^64 - 1'],
    ['18446744073709551616', 'a seed is between -2^63 and 2^64 - 1'],
  ])('gives the reason why %j is no seed', (seed, message) => {
    expect(seedSchema.safeParse(seed).error?.issues).toEqual([
      expect.objectContaining({ message: expect.stringContaining(message) }),
    ]);
  });
});
