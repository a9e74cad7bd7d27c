import { Generator } from '@trainkit/random';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { orthonormalize } from './qr.js';

const sizes = fc
  .tuple(fc.integer({ min: 1, max: 24 }), fc.integer({ min: 0, max: 40 }))
  .map(([columns, more]) => [columns + more, columns] as const);

describe('orthonormalize', () => {
  it('computes QᵀQ = I and A = QR with R upper triangular, its diagonal positive', () => {
    fc.assert(
      fc.property(sizes, fc.nat(), ([rows, columns], seed) => {
        const matrix = Float64Array.from(new Generator(seed).normal(rows * columns));
        const q = matrix.slice();
        orthonormalize(q, rows, columns);
        for (let i = 0; i < columns; i++) {
          for (let j = 0; j < columns; j++) {
            expect(product(q, i, q, j, rows)).toBeCloseTo(i === j ? 1 : 0, 12);
            const r = product(q, i, matrix, j, rows);
            if (i > j) expect(r).toBeCloseTo(0, 11);
            if (i === j) expect(r).toBeGreaterThan(0);
          }
        }
      }),
    );
  });

  it('leaves an orthonormal matrix as it is', () => {
    const q = Float64Array.from(new Generator(1).normal(60));
    orthonormalize(q, 10, 6);
    const again = q.slice();
    orthonormalize(again, 10, 6);
    q.forEach((value, i) => {
      expect(again[i]).toBeCloseTo(value, 13);
    });
  });

  it('returns orthonormal columns even for a matrix of zeros, or with equal columns', () => {
    for (const matrix of [new Float64Array(12), Float64Array.from({ length: 12 }, (_, i) => (i % 4) + 1)]) {
      orthonormalize(matrix, 4, 3);
      for (let i = 0; i < 3; i++) {
        for (let j = 0; j < 3; j++) {
          expect(product(matrix, i, matrix, j, 4)).toBeCloseTo(i === j ? 1 : 0, 12);
        }
      }
    }
  });
});

function product(a: Float64Array, i: number, b: Float64Array, j: number, rows: number): number {
  let sum = 0;
  for (let k = 0; k < rows; k++) sum += a[i * rows + k]! * b[j * rows + k]!;
  return sum;
}
