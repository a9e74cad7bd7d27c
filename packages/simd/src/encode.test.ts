import fc from 'fast-check';
import { expect, it } from 'vitest';
import { float32, float64, signed, text, unsigned } from './encode.js';

/** Decodes LEB128 according to the specification. */
function read(bytes: readonly number[], isSigned: boolean): bigint {
  let value = 0n;
  for (const [i, byte] of bytes.entries()) value |= BigInt(byte & 0x7f) << BigInt(7 * i);
  const bits = 7 * bytes.length;
  return isSigned ? BigInt.asIntN(bits, value) : value;
}

/** Asserts that all bytes but the last have the continuation bit. */
function expectWhole(bytes: readonly number[]): void {
  expect(bytes.map((byte) => byte >> 7)).toEqual(bytes.map((_, i) => (i < bytes.length - 1 ? 1 : 0)));
}

it('writes whole numbers as LEB128', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), (value) => {
      expect(read(unsigned(value), false)).toBe(BigInt(value));
      expectWhole(unsigned(value));
    }),
  );
  fc.assert(
    fc.property(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), (value) => {
      expect(read(signed(value), true)).toBe(BigInt(value));
      expectWhole(signed(value));
    }),
  );
  // The specification's own examples of values that need one more byte.
  expect([unsigned(127), unsigned(128), signed(63), signed(64), signed(-64), signed(-65)]).toEqual([
    [0x7f],
    [0x80, 1],
    [0x3f],
    [0xc0, 0],
    [0x40],
    [0xbf, 0x7f],
  ]);
});

it('writes numbers little-endian and texts after their length', () => {
  expect(float32(1)).toEqual([0, 0, 0x80, 0x3f]);
  expect(float64(-2)).toEqual([0, 0, 0, 0, 0, 0, 0, 0xc0]);
  expect(text('aé')).toEqual([3, 0x61, 0xc3, 0xa9]);
});
