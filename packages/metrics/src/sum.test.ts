import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Sum } from './sum.js';

const sumOf = (terms: readonly number[]) => {
  const sum = new Sum();
  for (const term of terms) sum.add(term);
  return sum;
};

/** The exact sum of whole numbers. */
const exactly = (terms: readonly bigint[]) => terms.reduce((a, b) => a + b, 0n);

const whole = fc.maxSafeInteger();

describe('Sum', () => {
  it('is the nearest double of sums that plain addition rounds', () => {
    fc.assert(
      fc.property(fc.array(whole), (terms) => {
        expect(sumOf(terms).value).toBe(Number(exactly(terms.map(BigInt))));
      }),
    );
  });

  it('adds products exactly', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(whole, whole), { maxLength: 20 }), (pairs) => {
        const sum = new Sum();
        for (const [a, b] of pairs) sum.addProduct(a, b);
        const [high, low] = sum.parts;
        const exact = exactly(pairs.map(([a, b]) => BigInt(a) * BigInt(b)));
        // 106 bits hold each product and, of twenty that cancel, all but the last few bits.
        const size = exactly(pairs.map(([a, b]) => BigInt(Math.abs(a)) * BigInt(Math.abs(b))));
        const error = exact - (BigInt(high) + BigInt(low));
        expect(Number(error < 0n ? -error : error)).toBeLessThanOrEqual(Number(size) * 2 ** -100);
      }),
    );
  });

  it('keeps the digits that a plain sum loses', () => {
    expect(1e16 + 1 - 1e16).toBe(0);
    expect(sumOf([1e16, 1, -1e16]).value).toBe(1);
  });

  it('multiplies a sum by a number, both of its parts', () => {
    const sum = new Sum();
    sum.addMultiple(3, sumOf([1e16, 1]));
    sum.add(-3e16);
    expect(sum.value).toBe(3);
  });

  it.each([
    [[1, Infinity, 2], Infinity],
    [[1, -Infinity, 2], -Infinity],
    [[Infinity, -Infinity], Number.NaN],
    [[Number.NaN, 1], Number.NaN],
  ])('of %j is %f', (terms, expected) => {
    expect(sumOf(terms).value).toBe(expected);
    expect(new Sum(sumOf(terms).parts).value).toBe(expected);
  });

  it('of an infinite product is infinite', () => {
    const sum = new Sum();
    sum.addProduct(2, Infinity);
    expect(sum.value).toBe(Infinity);
  });
});
