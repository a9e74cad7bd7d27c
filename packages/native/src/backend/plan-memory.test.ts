import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placeArrays } from './plan-memory.js';

const memory = (bytes: number) => ({ bytes, stays: false });

describe('the memory of a plan', () => {
  it('is shared by arrays that no call needs at the same time', () => {
    const { offsets, bytes } = placeArrays([memory(64), memory(128), memory(64)], [[0], [1, 2], [2]]);
    expect(offsets).toEqual([0, 0, 128]);
    expect(bytes).toBe(192);
  });

  it('has a place for what stays, and none for what is given or what no call names', () => {
    const constant = { bytes: 4, stays: true };
    const { offsets, bytes } = placeArrays([memory(4), null, constant, memory(4)], [[0, 1], [0, 1], []]);
    expect(offsets).toEqual([64, null, 0, null]);
    expect(bytes).toBe(128);
  });

  const arrays = fc.array(fc.record({ bytes: fc.integer({ min: 0, max: 300 }), stays: fc.boolean() }), {
    minLength: 1,
    maxLength: 20,
  });
  const programs = arrays.chain((all) =>
    fc.tuple(
      fc.constant(all),
      fc.array(fc.array(fc.nat(all.length - 1), { maxLength: 4 }), { maxLength: 30 }),
    ),
  );

  it('gives arrays that are alive at the same time places apart, at multiples of 64', () => {
    fc.assert(
      fc.property(programs, ([all, calls]) => {
        const { offsets, bytes } = placeArrays(all, calls);
        const lives = all.flatMap((array, i) => {
          const named = calls.flatMap((indices, call) => (indices.includes(i) ? [call] : []));
          const [first, last] = array.stays ? [0, calls.length] : [named[0], named.at(-1)];
          const begin = offsets[i] ?? null;
          expect(begin === null).toBe(first === undefined);
          if (begin === null || first === undefined || last === undefined) return [];
          expect(begin % 64).toBe(0);
          expect(begin + array.bytes).toBeLessThanOrEqual(bytes);
          return [{ first, last, begin, end: begin + array.bytes }];
        });
        for (const [i, a] of lives.entries()) {
          for (const b of lives.slice(i + 1)) {
            const together = a.first <= b.last && b.first <= a.last;
            const overlap = a.begin < b.end && b.begin < a.end;
            expect(together && overlap).toBe(false);
          }
        }
      }),
    );
  });
});
