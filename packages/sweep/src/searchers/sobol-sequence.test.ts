import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { SOBOL_DIMENSIONS, SobolSequence } from './sobol-sequence.js';

const goldens = JSON.parse(readFileSync('goldens/sobol.json', 'utf8'));

it('equals scipy in all dimensions', () => {
  const sequence = new SobolSequence(SOBOL_DIMENSIONS, null);
  expect(SOBOL_DIMENSIONS).toBe(64);
  expect(goldens.points.map((_: unknown, n: number) => Array.from(sequence.point(n), (x) => x * 64))).toEqual(
    goldens.points,
  );
  expect([...sequence.point(goldens.late.n)]).toEqual(goldens.late.point);
});

it('has one of the first 2ᵏ points in each interval of length 2⁻ᵏ, however it is scrambled', () => {
  const seed = fc.option(fc.nat({ max: 0xffff_ffff }));
  fc.assert(
    fc.property(seed, fc.integer({ min: 0, max: 8 }), (scrambling, k) => {
      const sequence = new SobolSequence(SOBOL_DIMENSIONS, scrambling);
      const points = Array.from({ length: 2 ** k }, (_, n) => sequence.point(n));
      for (let dimension = 0; dimension < SOBOL_DIMENSIONS; dimension++) {
        expect(new Set(points.map((point) => Math.floor(point[dimension]! * 2 ** k))).size).toBe(2 ** k);
      }
    }),
    { numRuns: 30 },
  );
});

it('has one of the first 256 points in each box of size 1/16 of the first two dimensions', () => {
  const sequence = new SobolSequence(2, 9);
  const boxes = Array.from({ length: 256 }, (_, n) =>
    [...sequence.point(n)].map((x) => Math.floor(x * 16)).join(),
  );
  expect(new Set(boxes).size).toBe(256);
});

it('is another sequence for another seed, with all 32 digits', () => {
  const [first, second] = [new SobolSequence(3, 0), new SobolSequence(3, 1)];
  expect([...first.point(0)]).not.toEqual([...second.point(0)]);
  expect(first.point(1).every((x) => x > 0 && x < 1 && (x * 2 ** 20) % 1 !== 0)).toBe(true);
});

it.each([0, 65, 1.5])('refuses %d dimensions', (dimensions) => {
  expect(() => new SobolSequence(dimensions, null)).toThrow(
    `dimensions is ${dimensions}; expected a whole number from 1 to 64.`,
  );
});
