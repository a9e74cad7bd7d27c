import * as tf from '@tensorflow/tfjs-core';
import { Generator } from '@trainkit/random';
import { describeBackends, expectAllClose, forgetKernels } from '@trainkit/testing';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { linear } from './index.js';
import { product } from './mat-mul.kernel.js';

function matrix(rows: number, columns: number, seed: number): tf.Tensor {
  return tf.tensor(new Generator(seed).uniform(rows * columns, -1, 1), [rows, columns]);
}

/**
 * a · b in double precision, and the sums of its terms' absolute values, which measure rounding.
 */
function exact(a: tf.Tensor, b: tf.Tensor): { values: number[]; sizes: number[] } {
  const [rows, inner, columns] = [a.shape[0]!, a.shape[1]!, b.shape[1]!];
  const [left, right] = [a.dataSync(), b.dataSync()];
  const values = new Array<number>(rows * columns).fill(0);
  const sizes = new Array<number>(rows * columns).fill(0);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      for (let k = 0; k < inner; k++) {
        const term = left[i * inner + k]! * right[k * columns + j]!;
        values[i * columns + j]! += term;
        sizes[i * columns + j]! += Math.abs(term);
      }
    }
  }
  return { values, sizes };
}

// The sizes around those of a tile (4 × 8), of a block of rows (256) and of a block of terms (512).
const SIZES: [rows: number, inner: number, columns: number][] = [
  [1, 1, 1],
  [3, 5, 7],
  [4, 4, 8],
  [5, 3, 9],
  [8, 12, 16],
  [13, 513, 21],
  [259, 6, 10],
  [256, 512, 8],
  [2, 1100, 3],
];

describeBackends('products', () => {
  it.each(SIZES)('[%i, %i] · […, %i], whichever is transposed', (rows, inner, columns) => {
    tf.tidy(() => {
      const [a, b] = [matrix(rows, inner, 1), matrix(inner, columns, 2)];
      const bias = tf.tensor1d(new Generator(3).uniform(columns, -1, 1));
      const { values, sizes } = exact(a, b);
      const results = [
        product(a, b),
        product(tf.transpose(a), b, { transposeA: true }),
        product(a, tf.transpose(b), { transposeB: true }),
        product(tf.transpose(a), tf.transpose(b), { transposeA: true, transposeB: true }),
        tf.sub(linear(a, b, bias), bias),
      ];
      for (const result of results) {
        expect(result.shape).toEqual([rows, columns]);
        // If terms are added one by one, each may add half a unit in the last place: 2⁻²⁴ of the
        // partial sum.
        for (const [i, value] of result.dataSync().entries()) {
          expect(Math.abs(value - values[i]!)).toBeLessThanOrEqual(2 ** -22 * (1 + sizes[i]!));
        }
      }
    });
  });

  it('keep NaN and infinity to their own rows and columns', () => {
    tf.tidy(() => {
      const a = matrix(5, 6, 1);
      const poisoned = tf.tensor(
        a.dataSync().map((value, i) => (i === 8 ? Number.NaN : i === 29 ? Number.POSITIVE_INFINITY : value)),
        [5, 6],
      );
      const finite = Array.from(product(poisoned, matrix(6, 9, 2)).dataSync(), Number.isFinite);
      expect(finite).toEqual(Array.from({ length: 45 }, (_, i) => ![1, 4].includes(Math.floor(i / 9))));
    });
  });
});

describeBackends(
  'products in our own code',
  () => {
    it('give a row the same bits whichever rows and columns there are beside it', () => {
      fc.assert(
        fc.property(
          fc.integer({ min: 1, max: 9 }),
          fc.integer({ min: 1, max: 30 }),
          fc.integer({ min: 1, max: 19 }),
          (rows, inner, columns) => {
            tf.tidy(() => {
              const [a, b] = [matrix(rows, inner, 1), matrix(inner, columns, 2)];
              const all = product(a, b).dataSync();
              for (let row = 0; row < rows; row++) {
                for (const column of [0, columns - 1]) {
                  const one = product(
                    tf.slice(a, [row, 0], [1, inner]),
                    tf.slice(b, [0, column], [inner, 1]),
                  );
                  expect(one.dataSync()[0]).toBe(all[row * columns + column]);
                }
              }
            });
          },
        ),
        { numRuns: 40 },
      );
    });

    it('give the same bits wherever in memory the matrices lie', () => {
      tf.tidy(() => {
        const [a, b] = [matrix(7, 13, 1), matrix(13, 11, 2)];
        const first = product(a, b).dataSync();
        for (let shift = 1; shift < 6; shift++) {
          tf.zeros([shift]);
          expect(product(tf.add(a, 0), tf.add(b, 0)).dataSync()).toEqual(first);
        }
      });
    });
  },
  { backends: ['cpu', 'wasm'] },
);

describe('without WebAssembly SIMD', () => {
  afterEach(() => {
    vi.doUnmock('./gemm.code.js');
    vi.doUnmock('./column-sums.code.js');
    vi.doUnmock('./activations/basic.code.js');
    vi.resetModules();
    forgetKernels();
  });

  describeBackends(
    'products and their gradients',
    (backend) => {
      it('are those of stock operations', async () => {
        const run = async () => {
          const { linear, ReLU, Sigmoid, Tanh } = await import('./index.js');
          return tf.tidy(() => {
            const inputs = [matrix(5, 6, 1), matrix(6, 7, 2), tf.tensor1d([1, 2, 3, 4, 5, 6, 7])];
            const f = (...[x, weight, bias]: tf.Tensor[]) => {
              const layers = [new ReLU(), new Sigmoid(), new Tanh()];
              return tf.stack(layers.map((layer) => layer.forward(linear(x!, weight!, bias!))));
            };
            return [f(...inputs), ...tf.grads(f)(inputs)].map((tensor) => Array.from(tensor.dataSync()));
          });
        };
        const expected = await run();
        vi.resetModules();
        forgetKernels();
        const codes = [0, 1, 2].map(() => ({ on: vi.fn(() => null) }));
        vi.doMock('./gemm.code.js', () => ({ gemmCode: codes[0], TILE_ROWS: 4, TILE_COLUMNS: 8 }));
        vi.doMock('./column-sums.code.js', () => ({ columnSumsCode: codes[1] }));
        vi.doMock('./activations/basic.code.js', () => ({ activationCode: codes[2] }));
        const actual = await run();
        const asked = codes.map(({ on }) => on.mock.calls.length > 0);
        expect(asked).toEqual(backend === 'wasm' ? [true, true, true] : [true, false, false]);
        tf.tidy(() => {
          for (const [i, values] of actual.entries()) {
            expectAllClose(tf.tensor1d(values), expected[i]!, { atol: 1e-5, rtol: 1e-5 });
          }
        });
      });
    },
    { backends: ['cpu', 'wasm'] },
  );
});
