import { describe, expect, it } from 'vitest';
import { seedToJson } from './seed.js';

describe('seedToJson', () => {
  it('keeps what a JSON number can hold as a number, and the rest as digits', () => {
    expect(seedToJson(4294967301n)).toBe(4294967301);
    expect(seedToJson(2n ** 53n)).toBe('9007199254740992');
    expect(seedToJson(-(2n ** 63n))).toBe('-9223372036854775808');
  });
});
