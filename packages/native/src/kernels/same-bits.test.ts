import { describe, it } from 'vitest';
import { type DrawnArray, expectSameBits, type KernelCall } from '../../fixtures/same-bits.js';

const specials = (length: number): DrawnArray => ({ length, special: true });
const ints = (length: number, below = 1000): DrawnArray => ({ length, below });
const bytes = (length: number): DrawnArray => ({ length, below: 2, type: 'bytes' });

/** One element, a part of a vector, and enough for several threads. */
const LENGTHS = [1, 17, 140_001];

/** A call of each kernel for each length. */
function calls(kernels: string, make: (n: number) => Omit<KernelCall, 'kernel'>): KernelCall[] {
  return kernels.split(' ').flatMap((kernel) => LENGTHS.map((n) => ({ kernel, ...make(n) })));
}

const COMPARISONS = 'equal notEqual greater greaterEqual less lessEqual';
const ARITHMETIC = 'add subtract multiply maximum minimum squaredDifference mod floorDivide';
const ONE_OF_TWO = 'add subtract multiply divide maximum minimum squaredDifference power mod';

/** Rows of kernels whose own tests compare none, and rows of NaN, infinities and zeros. */
const ROWS: readonly [string, KernelCall[]][] = [
  [
    'functions of one number',
    [
      ...calls('square abs neg sign reciprocal ceil round floor sqrt exp log tanh', (n) => ({
        ...{ numbers: [n], arrays: [specials(n), n] },
      })),
      ...calls('leakyReLU step', (n) => ({ numbers: [n, 0.3], arrays: [specials(n), n] })),
      ...calls('clip', (n) => ({ numbers: [n, -0.5, 0.25], arrays: [specials(n), n] })),
      ...calls('isNan isInf isFinite', (n) => ({ numbers: [n], arrays: [specials(n), bytes(n)] })),
      ...calls('logicalNot', (n) => ({ numbers: [n], arrays: [bytes(n), bytes(n)] })),
    ],
  ],
  [
    'functions of two numbers',
    [
      ...calls(ONE_OF_TWO, (n) => ({ numbers: [1, n, 1, 1], arrays: [specials(n), n, n] })),
      ...calls(ARITHMETIC, (n) => ({ numbers: [1, n, 1, 1], arrays: [ints(n), ints(n), ints(n)] })),
      ...calls('floorDivide', (n) => ({ numbers: [1, n, 1, 1], arrays: [specials(n), n, ints(n)] })),
      ...calls(COMPARISONS, (n) => ({
        ...{ numbers: [1, n, 1, 1], arrays: [specials(n), specials(n), bytes(n)] },
      })),
      ...calls(COMPARISONS, (n) => ({ numbers: [1, n, 1, 1], arrays: [ints(n, 3), ints(n, 3), bytes(n)] })),
      ...calls(`${COMPARISONS} logicalAnd logicalOr`, (n) => ({
        ...{ numbers: [1, n, 1, 1], arrays: [bytes(n), bytes(n), bytes(n)] },
      })),
    ],
  ],
  [
    'gradients',
    [
      ...calls('reluGradient tanhGradient sigmoidGradient absoluteErrorGradient', (n) => ({
        ...{ numbers: [n], arrays: [specials(n), n, n] },
      })),
      ...calls('huberErrorGradient', (n) => ({ numbers: [n, 0.5, 2], arrays: [n, n, n] })),
      ...calls('parametricReLUGradient', (n) => ({ numbers: [3, n], arrays: [3 * n, n, 3 * n, 3 * n] })),
    ],
  ],
  [
    'conversions and tensors made of numbers',
    [
      ...calls('cast', (n) => ({ numbers: [n], arrays: [specials(n), ints(n)] })),
      ...calls('cast', (n) => ({ numbers: [n], arrays: [specials(n), bytes(n)] })),
      ...calls('cast', (n) => ({ numbers: [n], arrays: [ints(n), n] })),
      ...calls('cast', (n) => ({ numbers: [n], arrays: [ints(n), bytes(n)] })),
      ...calls('cast', (n) => ({ numbers: [n], arrays: [bytes(n), n] })),
      ...calls('cast', (n) => ({ numbers: [n], arrays: [bytes(n), ints(n)] })),
      ...calls('fill', (n) => ({ numbers: [n, 0.3], arrays: [n] })),
      ...calls('fill', (n) => ({ numbers: [n, 7], arrays: [ints(n)] })),
      ...calls('fill', (n) => ({ numbers: [n, 1], arrays: [bytes(n)] })),
      ...calls('range', (n) => ({ numbers: [n, -0.7, 0.1], arrays: [n] })),
      ...calls('range', (n) => ({ numbers: [n, 5, -3], arrays: [ints(n)] })),
      ...calls('repeat', (n) => ({ numbers: [n, 3], arrays: [1, n] })),
    ],
  ],
  [
    'choices, sums of many and averages',
    [
      ...calls('select', (n) => ({ numbers: [n], arrays: [bytes(n), n, n, n] })),
      ...calls('addN', (n) => ({ numbers: [n], arrays: [n, n, specials(n), n] })),
      ...calls('average', (n) => ({ numbers: [n], arrays: [n, n, ints(1, 9), n, n, n, n] })),
    ],
  ],
  [
    'copies and slices by index',
    [
      ...calls('copy', (n) => ({ numbers: [n], arrays: [specials(n), n] })),
      {
        kernel: 'copyStrided',
        ...{ numbers: [2, 0, 0, 700, 1, 501, 501, 700, 1], arrays: [350_700, 350_700] },
      },
      { kernel: 'copyStrided', numbers: [2, 3, 1, 70, 9, 5, 4, 2, 1], arrays: [700, 400] },
      { kernel: 'gather', numbers: [2, 3, 70, 51, 90], arrays: [21_420, ints(180, 70), 27_540] },
      { kernel: 'gatherNd', numbers: [12, 5, 9, 2, 3, 4, 4, 1], arrays: [60, ints(18, 3), 45] },
      { kernel: 'scatterNd', numbers: [12, 5, 9, 2, 3, 4, 4, 1], arrays: [ints(18, 3), 45, 60] },
      { kernel: 'segmentSum', numbers: [1003, 37, 20], arrays: [37_111, ints(1003, 21), 740] },
      { kernel: 'oneHot', numbers: [1003, 10, 0.9, 0.1], arrays: [ints(1003, 12), 10_030] },
    ],
  ],
  [
    'reductions',
    [
      ...[1, 37].flatMap((inner): KernelCall[] => {
        const [numbers, x, y] = [[33, 101, inner], 33 * 101 * inner, 33 * inner];
        return [
          ...['argMax', 'argMin'].map((kernel) => ({ kernel, numbers, arrays: [specials(x), ints(y)] })),
          ...['all', 'any'].map((kernel) => ({ kernel, numbers, arrays: [bytes(x), bytes(y)] })),
          ...['sum', 'max', 'min'].map((kernel) => ({ kernel, numbers, arrays: [ints(x), ints(y)] })),
          ...['sum', 'mean', 'max', 'min'].map((kernel) => ({ kernel, numbers, arrays: [specials(x), y] })),
        ];
      }),
    ],
  ],
  [
    'products of a batch, and pools with positions',
    [
      {
        kernel: 'batchProduct',
        ...{ numbers: [17, 33, 65, 0, 1, 6, 1, 0], arrays: [17 * 65 * 6, 33 * 65, 17 * 33 * 6] },
      },
      {
        kernel: 'maxPoolWithArgmax',
        ...{ numbers: [3, 40, 41, 35, 20, 21, 35, 3, 3, 2, 2, 1, 1, 1, 1, 1] },
        arrays: [3 * 40 * 41 * 35, 3 * 20 * 21 * 35, ints(3 * 20 * 21 * 35)],
      },
    ],
  ],
];

describe('the same bits on any number of threads and every instruction set', () => {
  it.each(ROWS)('%s', async (_, rows) => {
    await expectSameBits(rows);
  });
});
