import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { loadKernels, mistakes, type RunKernel } from '../../fixtures/run-kernel.js';
import { expectSameBits } from '../../fixtures/same-bits.js';

let run: RunKernel;
beforeAll(async () => {
  run = await loadKernels();
});

const number = fc.float({ min: -9, max: 9, noNaN: true, noDefaultInfinity: true });
const matrix = fc
  .tuple(fc.integer({ min: 0, max: 70 }), fc.integer({ min: 0, max: 70 }))
  .chain(([rows, columns]) =>
    fc.record({
      rows: fc.constant(rows),
      columns: fc.constant(columns),
      x: fc.array(number, { minLength: rows * columns, maxLength: rows * columns }),
    }),
  );
const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

it('adds rows, columns and everything', () => {
  fc.assert(
    fc.property(matrix, ({ rows, columns, x }) => {
      const given = Float32Array.from(x);
      const [ofRows, ofColumns, all] = [
        new Float32Array(rows),
        new Float32Array(columns),
        new Float32Array(1),
      ];
      run('rowSums', [rows, columns], [given, ofRows]);
      run('columnSums', [rows, columns], [given, ofColumns]);
      run('sumAll', [x.length, 4], [given, all]);
      const byRow = Array.from({ length: rows }, (_, r) => sum(x.slice(r * columns, (r + 1) * columns)));
      const byColumn = Array.from({ length: columns }, (_, c) => sum(x.filter((_x, i) => i % columns === c)));
      // Doubles, rounded once; the order of the sum decides what a double loses beside larger
      // numbers.
      const off = byRow.filter((value, r) => Math.abs((ofRows[r] ?? 0) - Math.fround(value)) > 1e-12);
      expect(off).toEqual([]);
      expect(mistakes(ofColumns, byColumn, 1e-5)).toEqual([]);
      expect(mistakes(all, [sum(x) / 4], 1e-7)).toEqual([]);
    }),
    { numRuns: 50 },
  );
});

it('loses nothing of many equal numbers', () => {
  const x = new Float32Array(100_000).fill(0.1);
  const [all, ofColumns] = [new Float32Array(1), new Float32Array(2)];
  run('sumAll', [x.length, x.length], [x, all]);
  expect(all[0]).toBe(Math.fround(0.1));
  run('columnSums', [50_000, 2], [x, ofColumns]);
  expect(mistakes(ofColumns, [5000, 5000], 1e-6)).toEqual([]);
});

it('repeats a number, divided', () => {
  const y = new Float32Array(37);
  run('repeat', [37, 4], [Float32Array.of(3), y]);
  expect([...y]).toEqual(new Array(37).fill(0.75));
});

it('has the same bits on any number of threads and every instruction set', async () => {
  const shapes: [number, number][] = [
    [0, 5],
    [5, 0],
    [1, 1],
    [33, 17],
    [1003, 70],
    [70, 1003],
  ];
  await expectSameBits(
    shapes.flatMap(([rows, columns]) => [
      { kernel: 'rowSums', numbers: [rows, columns], arrays: [rows * columns, rows] },
      { kernel: 'columnSums', numbers: [rows, columns], arrays: [rows * columns, columns] },
      { kernel: 'sumAll', numbers: [rows * columns, 3], arrays: [rows * columns, 1] },
    ]),
  );
});
