import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadKernels, mistakes, type RunKernel } from '../../fixtures/run-kernel.js';
import { expectSameBits } from '../../fixtures/same-bits.js';

let run: RunKernel;
beforeAll(async () => {
  run = await loadKernels();
});

const number = fc.float({ min: -4, max: 4, noNaN: true, noDefaultInfinity: true });
const size = fc.integer({ min: 1, max: 40 });
/** Rows, columns, and six matrices of them. */
const matrices = fc.tuple(size, fc.integer({ min: 1, max: 70 })).chain(([rows, columns]) =>
  fc.record({
    rows: fc.constant(rows),
    columns: fc.constant(columns),
    matrix: fc.array(number, { minLength: rows * columns, maxLength: rows * columns }),
    other: fc.array(number, { minLength: rows * columns, maxLength: rows * columns }),
    weight: fc.array(number, { minLength: columns, maxLength: columns }),
    bias: fc.array(number, { minLength: columns, maxLength: columns }),
  }),
);
const floats = (values: readonly number[]) => Float32Array.from(values);
const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
const EPS = 0.125;

/** The elements of each row, or of each column. */
const rowsOf = (x: readonly number[], rows: number, columns: number) =>
  Array.from({ length: rows }, (_, r) => x.slice(r * columns, (r + 1) * columns));
const columnsOf = (x: readonly number[], rows: number, columns: number) =>
  Array.from({ length: columns }, (_, c) =>
    Array.from({ length: rows }, (_unused, r) => x[r * columns + c]!),
  );

function standardized(x: readonly number[]) {
  const mean = sum(x) / x.length;
  const variance = sum(x.map((value) => (value - mean) ** 2)) / x.length;
  const scale = 1 / Math.sqrt(variance + EPS);
  return { mean, variance, scale, centered: x.map((value) => value - mean) };
}

describe('layerNorm', () => {
  it('normalizes each row, with weight and bias where they are given', () => {
    fc.assert(
      fc.property(matrices, ({ rows, columns, matrix, weight, bias }) => {
        const [normalized, y] = [new Float32Array(matrix.length), new Float32Array(matrix.length)];
        const scale = new Float32Array(rows);
        const arrays = [floats(matrix), floats(weight), floats(bias), normalized, scale, y];
        run('layerNorm', [rows, columns, EPS], arrays);
        const wanted = rowsOf(matrix, rows, columns).map(standardized);
        const xHat = wanted.flatMap((row) => row.centered.map((d) => d * row.scale));
        expect(
          mistakes(
            scale,
            wanted.map((row) => row.scale),
            4e-6,
          ),
        ).toEqual([]);
        expect(mistakes(normalized, xHat, 4e-6)).toEqual([]);
        const affine = xHat.map((h, i) => h * weight[i % columns]! + bias[i % columns]!);
        expect(mistakes(y, affine, 1e-5)).toEqual([]);
        const alone = new Float32Array(matrix.length);
        run('layerNorm', [rows, columns, EPS], [floats(matrix), null, null, alone, scale]);
        expect(alone).toEqual(normalized);
      }),
    );
  });

  it('sees nothing of an offset of a row', () => {
    const x = Float32Array.from({ length: 600 }, (_, i) => 10_000 + (i % 5));
    const [normalized, scale] = [new Float32Array(600), new Float32Array(1)];
    run('layerNorm', [1, 600, 0], [x, null, null, normalized, scale]);
    expect(
      mistakes(
        normalized,
        Array.from(x, (value) => (value - 10_002) / Math.SQRT2),
      ),
    ).toEqual([]);
  });

  it('gives the gradients of its formula', () => {
    fc.assert(
      fc.property(matrices, ({ rows, columns, matrix, other, weight }) => {
        const scale = floats(Array.from({ length: rows }, (_, r) => 0.5 + r / rows));
        const [dx, dw, db] = [
          new Float32Array(matrix.length),
          new Float32Array(columns),
          new Float32Array(columns),
        ];
        run(
          'layerNormGradients',
          [rows, columns],
          [floats(other), floats(matrix), scale, floats(weight), dx, dw, db],
        );
        const through = rowsOf(matrix, rows, columns).flatMap((xHat, r) => {
          const inner = xHat.map((_, c) => other[r * columns + c]! * weight[c]!);
          const [mean, along] = [sum(inner) / columns, sum(inner.map((d, c) => d * xHat[c]!)) / columns];
          return inner.map((d, c) => (d - mean - xHat[c]! * along) * scale[r]!);
        });
        expect(mistakes(dx, through, 1e-4)).toEqual([]);
        const products = other.map((d, i) => d * matrix[i]!);
        expect(mistakes(dw, columnsOf(products, rows, columns).map(sum), 2e-5)).toEqual([]);
        expect(mistakes(db, columnsOf(other, rows, columns).map(sum), 2e-5)).toEqual([]);
      }),
    );
  });
});

describe('batchNorm', () => {
  it('normalizes each column and averages its statistics', () => {
    fc.assert(
      fc.property(
        matrices.filter(({ rows }) => rows > 1),
        ({ rows, columns, matrix, weight, bias }) => {
          const [y, centered] = [new Float32Array(matrix.length), new Float32Array(matrix.length)];
          const [mean, variance, scale] = [weight, weight, weight].map(floats);
          const arrays = [
            ...[matrix, weight, bias, bias, weight].map(floats),
            y,
            mean!,
            variance!,
            centered,
            scale!,
          ];
          run('batchNorm', [rows, columns, EPS, 0.25], arrays);
          const wanted = columnsOf(matrix, rows, columns).map(standardized);
          const at = <T>(pick: (column: (typeof wanted)[number], r: number) => T) =>
            Array.from({ length: rows }, (_, r) => wanted.map((column) => pick(column, r))).flat();
          const distances = at((column, r) => column.centered[r]!);
          expect(mistakes(centered, distances, 4e-6)).toEqual([]);
          expect(
            mistakes(
              scale!,
              wanted.map((column) => column.scale),
              4e-6,
            ),
          ).toEqual([]);
          const outputs = distances.map((d, i) => {
            const c = i % columns;
            return d * wanted[c]!.scale * weight[c]! + bias[c]!;
          });
          expect(mistakes(y, outputs, 2e-5)).toEqual([]);
          const means = wanted.map((column, c) => 0.75 * bias[c]! + 0.25 * column.mean);
          expect(mistakes(mean!, means, 4e-6)).toEqual([]);
          const unbiased = rows / (rows - 1);
          const variances = wanted.map((column, c) => 0.75 * weight[c]! + 0.25 * unbiased * column.variance);
          expect(mistakes(variance!, variances, 1e-5)).toEqual([]);
        },
      ),
    );
  });

  it('gives the gradient of its formula, and normalizes by given statistics', () => {
    fc.assert(
      fc.property(matrices, ({ rows, columns, matrix, other, weight, bias }) => {
        const dx = new Float32Array(matrix.length);
        const vectors = [weight, bias, weight, bias].map(floats);
        run('batchNormInputGradient', [rows, columns], [floats(other), floats(matrix), ...vectors, dx]);
        const wanted = other.map((d, i) => {
          const c = i % columns;
          const [scale, w, products, dBias] = [weight[c]!, bias[c]!, weight[c]!, bias[c]!];
          return (d - dBias / rows - (matrix[i]! * scale ** 2 * products) / rows) * w * scale;
        });
        expect(mistakes(dx, wanted, 1e-4)).toEqual([]);
        const squares = weight.map((w) => w * w);
        const [y, centered, scale] = [
          new Float32Array(matrix.length),
          new Float32Array(matrix.length),
          floats(weight),
        ];
        const inputs = [matrix, weight, bias, bias, squares].map(floats);
        run('batchNormInference', [rows, columns, EPS], [...inputs, y, centered, scale]);
        const outputs = matrix.map((x, i) => {
          const c = i % columns;
          return ((x - bias[c]!) / Math.sqrt(squares[c]! + EPS)) * weight[c]! + bias[c]!;
        });
        expect(mistakes(y, outputs, 1e-5)).toEqual([]);
      }),
    );
  });
});

it('takes one of the count of batches into a cumulative average', () => {
  const [mean, variance] = [new Float32Array(2), new Float32Array(2)];
  const arrays = [
    floats([4, 8]),
    floats([1, 2]),
    Int32Array.of(4),
    floats([0, 4]),
    floats([5, 6]),
    mean,
    variance,
  ];
  run('average', [2], arrays);
  expect([...mean, ...variance]).toEqual([1, 5, 4, 5]);
});

it('refuses what does not go together', () => {
  const x = new Float32Array(6);
  const y = () => new Float32Array(6);
  expect(() => run('layerNorm', [2, 4, 0], [x, null, null, y(), y()])).toThrow(
    'layerNorm: an array is missing',
  );
  expect(() => run('layerNorm', [2 ** 32, 2 ** 32, 0], [x, null, null, y(), y()])).toThrow(
    'an array is missing',
  );
  expect(() => run('columnGradients', [2, 3], [x, x, y(), new Float32Array(2)])).toThrow(
    'an array is missing',
  );
  expect(() => run('batchNorm', [2, 3], [x])).toThrow('batchNorm: its numbers are not those');
});

it('has the same bits on any number of threads and every instruction set', async () => {
  const shapes: [number, number][] = [
    [0, 5],
    [1, 1],
    [3, 17],
    [70, 1003],
    [1003, 70],
    [33, 2049],
  ];
  await expectSameBits(
    shapes.flatMap(([rows, columns]) => {
      const [n, sizes] = [rows * columns, [rows, columns]];
      const vector = (count: number) => new Array<number>(count).fill(columns);
      return [
        { kernel: 'layerNorm', numbers: [...sizes, 0.1], arrays: [n, columns, columns, n, rows, n] },
        { kernel: 'layerNormGradients', numbers: sizes, arrays: [n, n, rows, columns, n, columns, columns] },
        { kernel: 'columnGradients', numbers: sizes, arrays: [n, n, columns, columns] },
        {
          kernel: 'batchNorm',
          numbers: [...sizes, 0.1, 0.1],
          arrays: [n, ...vector(4), n, columns, columns, n, columns],
        },
        { kernel: 'batchNormInputGradient', numbers: sizes, arrays: [n, n, ...vector(4), n] },
        { kernel: 'batchNormInference', numbers: [...sizes, 2], arrays: [n, ...vector(4), n, n, columns] },
      ];
    }),
  );
});
