import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { loadKernels, mistakes, type RunKernel } from '../../fixtures/run-kernel.js';
import { expectSameBits } from '../../fixtures/same-bits.js';

let run: RunKernel;
beforeAll(async () => {
  run = await loadKernels();
});

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const GELU = [2 * Math.sqrt(2 / Math.PI), 0.044715] as const;
const gate = (x: number) => Math.tanh(Math.log1p(Math.exp(x)));

/**
 * The functions with their slopes, or null where the slope goes by central differences of the
 * function.
 */
const FUNCTIONS: readonly [kernel: string, numbers: readonly number[], f: (x: number) => number][] = [
  ['leakyReLU', [0.25], (x) => (x > 0 ? x : 0.25 * x)],
  ['scaledELU', [0.5, 2], (x) => 2 * (x > 0 ? x : 0.5 * Math.expm1(x))],
  ['geluTanh', GELU, (x) => x * sigmoid(GELU[0] * (x + GELU[1] * x ** 3))],
  ['hardswish', [], (x) => (x * Math.min(Math.max(x + 3, 0), 6)) / 6],
  ['scaledSoftplus', [2, 20], (x) => (2 * x > 20 ? x : Math.log1p(Math.exp(2 * x)) / 2)],
  ['silu', [], (x) => x * sigmoid(x)],
  ['mish', [], (x) => x * gate(x)],
];
// Away from 0, ±3 and 10, where slopes jump.
const points = fc.array(
  fc
    .float({ min: -9, max: 9, noNaN: true })
    .filter((x) => [-3, 0, 3, 10].every((at) => Math.abs(x - at) > 0.01)),
  { maxLength: 40 },
);

it.each(FUNCTIONS)('%s is what it says, and its gradient its slope', (kernel, numbers, f) => {
  fc.assert(
    fc.property(points, (x) => {
      const [given, y, dx] = [Float32Array.from(x), new Float32Array(x.length), new Float32Array(x.length)];
      run(kernel, [x.length, ...numbers], [given, y]);
      expect(mistakes(y, x.map(f), 2e-6)).toEqual([]);
      run(`${kernel}Gradient`, [x.length, ...numbers], [given, new Float32Array(x.length).fill(3), dx]);
      const slopes = x.map((at) => (3 * (f(at + 1e-5) - f(at - 1e-5))) / 2e-5);
      expect(mistakes(dx, slopes, 5e-6)).toEqual([]);
    }),
    { numRuns: 50 },
  );
});

it('gelu is x times the distribution function of the normal distribution', () => {
  const [x, y, dx] = [Float32Array.of(-1, 0, 0.5, 2), new Float32Array(4), new Float32Array(4)];
  run('gelu', [4], [x, y]);
  run('geluGradient', [4], [x, Float32Array.of(1, 1, 1, 1), dx]);
  // PyTorch's numbers.
  expect(mistakes(y, [-0.15865525, 0, 0.34573123, 1.9544997], 1e-6)).toEqual([]);
  expect(mistakes(dx, [-0.08331547, 0.5, 0.86749506, 1.0852324], 1e-6)).toEqual([]);
});

it.each([
  ['leakyReLU', [0.25], [Infinity, -Infinity, NaN]],
  ['scaledELU', [1, 1], [Infinity, -1, NaN]],
  ['gelu', [], [Infinity, NaN, NaN]],
  ['hardswish', [], [Infinity, NaN, NaN]],
  ['scaledSoftplus', [1, 20], [Infinity, 0, NaN]],
  ['silu', [], [Infinity, NaN, NaN]],
  ['mish', [], [Infinity, NaN, NaN]],
])('%s of infinity, −infinity and NaN is PyTorch’s', (kernel, numbers, wanted) => {
  const y = new Float32Array(3);
  run(kernel, [3, ...numbers], [Float32Array.of(Infinity, -Infinity, NaN), y]);
  expect([...y]).toEqual(wanted);
});

it('takes the gradients of relu, tanh and sigmoid from their outputs', () => {
  const [y, dy, dx] = [Float32Array.of(0, 0.5, NaN), Float32Array.of(Infinity, 4, 4), new Float32Array(3)];
  run('reluGradient', [3], [y, dy, dx]);
  expect([...dx]).toEqual([0, 4, 4]);
  run('tanhGradient', [3], [y, dy, dx]);
  expect([...dx]).toEqual([Infinity, 3, NaN]);
  run('sigmoidGradient', [3], [y, dy, dx]);
  expect([...dx]).toEqual([NaN, 1, NaN]);
});

it('weighs the gradient of what is below 0 by column, or all alike', () => {
  const [x, dy, dx] = [Float32Array.of(-1, -2, 3, -4), Float32Array.of(1, 2, 3, 4), new Float32Array(4)];
  run('parametricReLUGradient', [2, 2], [x, Float32Array.of(10, 20), dy, dx]);
  expect([...dx]).toEqual([10, 40, 3, 80]);
  run('parametricReLUGradient', [2, 2], [x, Float32Array.of(10), dy, dx]);
  expect([...dx]).toEqual([10, 20, 3, 40]);
  const none = new Float32Array(0);
  expect(() => run('parametricReLUGradient', [2, 2], [x, none, dy, dx])).toThrow('an array is missing');
});

it('has the same bits on any number of threads and every instruction set', async () => {
  await expectSameBits(
    [1, 17, 100_003].flatMap((n) => [
      ...FUNCTIONS.flatMap(([kernel, numbers]) => [
        { kernel, numbers: [n, ...numbers], arrays: [n, n] },
        { kernel: `${kernel}Gradient`, numbers: [n, ...numbers], arrays: [n, n, n] },
      ]),
      { kernel: 'gelu', numbers: [n], arrays: [n, n] },
      { kernel: 'geluGradient', numbers: [n], arrays: [n, n, n] },
    ]),
  );
});
