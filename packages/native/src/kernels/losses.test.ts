import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadKernels, mistakes, type RunKernel } from '../../fixtures/run-kernel.js';
import { expectSameBits } from '../../fixtures/same-bits.js';

let run: RunKernel;
beforeAll(async () => {
  run = await loadKernels();
});

const number = fc.float({ min: -9, max: 9, noNaN: true, noDefaultInfinity: true });
const matrix = fc
  .tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 40 }))
  .chain(([rows, columns]) => {
    const values = fc.array(number, { minLength: rows * columns, maxLength: rows * columns });
    return fc.record({ rows: fc.constant(rows), columns: fc.constant(columns), x: values, dy: values });
  });
const floats = (values: readonly number[]) => Float32Array.from(values);
const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

/** Runs a kernel of one or two matrices, and gives the result of each row. */
function rowsOf(
  kernel: string,
  rows: number,
  columns: number,
  ...inputs: (readonly number[])[]
): Float32Array {
  const y = new Float32Array(rows * columns).fill(NaN);
  run(kernel, [rows, columns], [...inputs.map(floats), y]);
  return y;
}

function softmax(x: readonly number[]): number[] {
  const largest = Math.max(...x);
  const powers = x.map((value) => Math.exp(value - largest));
  return powers.map((power) => power / sum(powers));
}

describe('softmax and its kin', () => {
  it('compute what double precision does', () => {
    fc.assert(
      fc.property(matrix, ({ rows, columns, x, dy }) => {
        const parts = Array.from({ length: rows }, (_, r) => x.slice(r * columns, (r + 1) * columns));
        const probabilities = parts.flatMap(softmax);
        const logarithms = probabilities.map(Math.log);
        expect(mistakes(rowsOf('softmax', rows, columns, x), probabilities)).toEqual([]);
        expect(mistakes(rowsOf('logSoftmax', rows, columns, x), logarithms, 2e-6)).toEqual([]);
        const weighted = probabilities.map((p, i) => p * dy[i]!);
        const perRow = (values: readonly number[], i: number) => {
          const start = i - (i % columns);
          return sum(values.slice(start, start + columns));
        };
        const ofSoftmax = weighted.map((w, i) => w - probabilities[i]! * perRow(weighted, i));
        expect(
          mistakes(rowsOf('softmaxGradient', rows, columns, probabilities, dy), ofSoftmax, 1e-5),
        ).toEqual([]);
        const ofLog = dy.map((d, i) => d - probabilities[i]! * perRow(dy, i));
        expect(mistakes(rowsOf('logSoftmaxGradient', rows, columns, logarithms, dy), ofLog, 1e-4)).toEqual(
          [],
        );

        const labels = Int32Array.from(parts, (_, r) => (r % (columns + 2)) - 1);
        const [losses, gradient] = [new Float32Array(rows), new Float32Array(x.length)];
        run('softmaxCrossEntropy', [rows, columns], [floats(x), labels, losses, gradient]);
        // A label that is no class has no column and no loss.
        const wanted = Array.from(labels, (label, r) =>
          label < 0 || label >= columns ? 0 : -logarithms[r * columns + label]!,
        );
        expect(mistakes(losses, wanted, 2e-6)).toEqual([]);
        const hot = (i: number) => (i % columns === labels[Math.floor(i / columns)] ? 1 : 0);
        expect(
          mistakes(
            gradient,
            probabilities.map((p, i) => p - hot(i)),
          ),
        ).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });

  it.each([
    ['a NaN', [0, NaN, 1], [NaN, NaN, NaN]],
    ['infinity', [0, Infinity, 1], [NaN, NaN, NaN]],
    ['nothing but −infinity', [-Infinity, -Infinity, -Infinity], [NaN, NaN, NaN]],
    ['−infinity beside others', [-Infinity, 2, 2], [0, 0.5, 0.5]],
    ['numbers whose powers are beyond float32', [1e30, 1e30, -1e30], [0.5, 0.5, 0]],
  ])('give for %s what PyTorch gives', (_title, x, wanted) => {
    expect([...rowsOf('softmax', 1, 3, x)]).toEqual(wanted);
    // Wide rows go by vectors.
    const wide = [...x, ...new Array<number>(37).fill(-Infinity)];
    expect([...rowsOf('softmax', 1, 40, wide)].slice(0, 3)).toEqual(wanted);
  });
});

describe('losses of pairs', () => {
  const map = (kernel: string, numbers: readonly number[], ...inputs: (readonly number[])[]) => {
    const y = new Float32Array(inputs[0]!.length);
    run(kernel, [y.length, ...numbers], [...inputs.map(floats), y]);
    return y;
  };
  const pairs = fc.array(fc.tuple(number, fc.float({ min: 0, max: 1, noNaN: true })), { maxLength: 40 });

  it('compute what double precision does', () => {
    fc.assert(
      fc.property(pairs, (given) => {
        const [x, t] = [given.map(([value]) => value), given.map(([, target]) => target)];
        const sigmoid = x.map((value) => 1 / (1 + Math.exp(-value)));
        const logits = x.map((value, i) => (1 - t[i]!) * value - Math.log(sigmoid[i]!));
        expect(mistakes(map('binaryCrossEntropyOfLogits', [], x, t), logits, 2e-6)).toEqual([]);
        const p = sigmoid.map(Math.fround);
        const ofP = p.map((value, i) => (t[i]! - 1) * Math.log1p(-value) - t[i]! * Math.log(value));
        expect(mistakes(map('binaryCrossEntropyOfProbabilities', [], p, t), ofP, 2e-6)).toEqual([]);
        const errors = sigmoid.map((s, i) => x[i]! * (s - t[i]!));
        expect(mistakes(map('sigmoidError', [], x, t, x), errors, 2e-6)).toEqual([]);
        const signs = x.map((value, i) => Math.sign(value) * t[i]!);
        expect(mistakes(map('absoluteErrorGradient', [], x, t), signs)).toEqual([]);
        const huber = x.map((d) => (Math.abs(d) < 2 ? (0.5 * 3 * d * d) / 2 : 3 * (Math.abs(d) - 1)));
        expect(mistakes(map('huberError', [2, 3], x), huber)).toEqual([]);
        const slopes = x.map((d, i) => (t[i]! * 3 * Math.min(Math.max(d, -2), 2)) / 2);
        expect(mistakes(map('huberErrorGradient', [2, 3], x, t), slopes)).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });

  it('hold at the edges', () => {
    expect([...map('binaryCrossEntropyOfProbabilities', [], [0, 1, 0, 1], [0, 1, 1, 0])]).toEqual([
      0, -0, 100, 100,
    ]);
    expect([...map('binaryCrossEntropyOfLogits', [], [500, -500, NaN], [1, 1, 1])]).toEqual([0, 500, NaN]);
    expect([...map('huberError', [1, 1], [Infinity, -Infinity, NaN])]).toEqual([Infinity, Infinity, NaN]);
    expect([...map('absoluteErrorGradient', [], [0, NaN], [3, 3])]).toEqual([0, 0]);
  });
});

it('has the same bits on any number of threads and every instruction set', async () => {
  const shapes: [number, number][] = [
    [0, 4],
    [1, 1],
    [128, 10],
    [7, 1003],
    [1003, 33],
  ];
  await expectSameBits(
    shapes.flatMap(([rows, columns]) => {
      const [n, numbers] = [rows * columns, [rows, columns]];
      const labels = { length: rows, below: columns + 1 };
      return [
        { kernel: 'softmaxCrossEntropy', numbers, arrays: [n, labels, rows, n] },
        { kernel: 'softmax', numbers, arrays: [n, n] },
        { kernel: 'logSoftmax', numbers, arrays: [n, n] },
        { kernel: 'softmaxGradient', numbers, arrays: [n, n, n] },
        { kernel: 'logSoftmaxGradient', numbers, arrays: [n, n, n] },
        { kernel: 'binaryCrossEntropyOfLogits', numbers: [n], arrays: [n, n, n] },
        { kernel: 'binaryCrossEntropyOfProbabilities', numbers: [n], arrays: [n, n, n] },
        { kernel: 'sigmoidError', numbers: [n], arrays: [n, n, n, n] },
        { kernel: 'huberError', numbers: [n, 0.5, 2], arrays: [n, n] },
      ];
    }),
  );
});
