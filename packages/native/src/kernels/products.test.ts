import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { expectSameBits } from '../../fixtures/same-bits.js';
import { useNativeBackend } from '../index.js';

beforeAll(async () => {
  await useNativeBackend();
});

const size = fc.oneof(fc.integer({ min: 0, max: 40 }), fc.constantFrom(64, 100, 129, 401, 803));
const shape = fc.record({
  m: size,
  n: size,
  k: size,
  transposeA: fc.boolean(),
  transposeB: fc.boolean(),
  bias: fc.boolean(),
  seed: fc.integer({ min: 1, max: 1e6 }),
});

it('multiplies as in double precision, within the rounding of k steps', () => {
  fc.assert(
    fc.property(shape, ({ m, n, k, transposeA, transposeB, bias, seed }) => {
      const before = tf.memory().numTensors;
      const a = numbers(m * k, seed);
      const b = numbers(k * n, seed + 1);
      const row = numbers(n, seed + 2);
      tf.tidy(() => {
        const y = tf.fused.matMul({
          a: tf.tensor2d(a, transposeA ? [k, m] : [m, k]),
          b: tf.tensor2d(b, transposeB ? [n, k] : [k, n]),
          transposeA,
          transposeB,
          ...(bias ? { bias: tf.tensor1d(row) } : {}),
        });
        expect(y.shape).toEqual([m, n]);
        const ya = y.dataSync();
        for (let i = 0; i < m; i++) {
          for (let j = 0; j < n; j++) {
            let sum = bias ? (row[j] ?? 0) : 0;
            let size = Math.abs(sum);
            for (let p = 0; p < k; p++) {
              const x =
                (a[transposeA ? p * m + i : i * k + p] ?? 0) * (b[transposeB ? j * k + p : p * n + j] ?? 0);
              sum += x;
              size += Math.abs(x);
            }
            // A running sum of k terms rounds k times, each time by at most 2^-24 of what has been
            // added.
            const error = Math.abs((ya[i * n + j] ?? Number.NaN) - sum);
            if (!(error <= (k + 2) * 2 ** -24 * size))
              expect({ i, j, y: ya[i * n + j] }).toEqual({ i, j, y: sum });
          }
        }
      });
      expect(tf.memory().numTensors).toBe(before);
    }),
    { numRuns: 60 },
  );
});

/**
 * Returns x · w + b as PyTorch computes it on AVX-512: one chain of fused multiply-adds for each
 * block of k, and the bias after the first block.
 */
function productInBlocks(x: number[][], w: number[][], b: number[], starts: readonly number[]): number[] {
  return x.flatMap((row) =>
    b.map((bias, column) => {
      let sum = 0;
      for (const [block, start] of starts.entries()) {
        let chain = 0;
        for (let k = start; k < (starts[block + 1] ?? row.length); k++)
          chain = Math.fround(row[k]! * w[k]![column]! + chain);
        sum = Math.fround(block === 0 ? chain + bias : sum + chain);
      }
      return sum;
    }),
  );
}

it.each([
  [300, [0]],
  [384, [0]],
  [385, [0, 193]],
  [512, [0, 256]],
  [768, [0, 384]],
  [784, [0, 384, 768]],
  [1000, [0, 384, 768]],
])('sums over k = %i in the blocks that begin at %j', (k, starts) => {
  tf.tidy(() => {
    for (const [m, n] of [
      [3, 5],
      [70, 40],
    ] as const) {
      const [x, w, b] = [tf.randomNormal([m, k]), tf.randomNormal([k, n]), tf.randomNormal([n])];
      const y = tf.fused.matMul({ a: x, b: w, bias: b });
      const expected = productInBlocks(
        x.arraySync() as number[][],
        w.arraySync() as number[][],
        b.arraySync() as number[],
        starts,
      );
      expect([...y.dataSync()]).toEqual(expected);
    }
  });
});

it('has the same bits on every number of threads and instruction set', async () => {
  const shapes = [
    [128, 784, 512],
    [128, 512, 10],
    [512, 128, 10],
    [512, 128, 512],
    [1, 1000, 700],
    [7, 5000, 3],
    [300, 900, 700],
    [37, 1001, 45],
    [600, 500, 5000],
  ] as const;
  await expectSameBits(
    shapes.flatMap(([m, k, n]) =>
      [0, 1, 2, 3].map((flags) => ({
        kernel: 'product',
        numbers: [m, n, k, flags % 2, flags >> 1],
        arrays: [m * k, k * n, flags === 3 ? null : n, m * n],
      })),
    ),
  );
});

it('computes each matrix of a batch, which is broadcast as NumPy does', () => {
  const batches = [
    [[3], [3]],
    [
      [2, 3],
      [2, 3],
    ],
    [
      [2, 1],
      [1, 3],
    ],
    [[1], [4]],
    [[4], [1]],
    [[2, 3], [3]],
    [
      [0, 2],
      [0, 2],
    ],
  ] as const;
  const before = tf.memory().numTensors;
  for (const [batchA, batchB] of batches) {
    for (const [transposeA, transposeB] of [
      [false, false],
      [true, false],
      [false, true],
      [true, true],
    ] as const) {
      tf.tidy(() => {
        const a = tf.randomUniform([...batchA, ...(transposeA ? [7, 5] : [5, 7])], -1, 1, 'float32', 1);
        const b = tf.randomUniform([...batchB, ...(transposeB ? [9, 7] : [7, 9])], -1, 1, 'float32', 2);
        const y = tf.matMul(a, b, transposeA, transposeB);
        const columns = transposeA ? tf.transpose(a, swapped(a.rank)) : a;
        const rows = transposeB ? tf.transpose(b, swapped(b.rank)) : b;
        const products = tf.mul(tf.expandDims(columns, -1), tf.expandDims(rows, -3));
        const expected = tf.sum(products, -2);
        expect(y.shape).toEqual(expected.shape);
        // Both round sums of seven numbers below 1.
        const error = tf.max(tf.abs(tf.sub(y, expected))).dataSync()[0] ?? 0;
        if (y.size > 0) expect(error).toBeLessThan(2e-6);
      });
    }
  }
  expect(tf.memory().numTensors).toBe(before);
});

it('multiplies zero by NaN and by infinity as any other number', () => {
  tf.tidy(() => {
    const a = tf.tensor2d([0, 1], [1, 2]);
    const b = tf.tensor2d([Number.NaN, Number.POSITIVE_INFINITY, 2, 0, 0, 3], [2, 3]);
    expect(tf.matMul(a, b).dataSync()).toEqual(Float32Array.of(Number.NaN, Number.NaN, 3));
  });
});

it('applies the activation of a fused product', () => {
  const before = tf.memory().numTensors;
  tf.tidy(() => {
    const a = tf.tensor2d([1, -1], [2, 1]);
    const b = tf.tensor2d([2, 8], [1, 2]);
    const bias = tf.tensor1d([0, 1]);
    const fused = (activation: tf.fused.Activation, alpha?: tf.Tensor) =>
      tf.fused.matMul({
        a,
        b,
        bias,
        activation,
        ...(alpha === undefined ? {} : { preluActivationWeights: alpha }),
        leakyreluAlpha: 0.5,
      });
    expect(fused('linear').dataSync()).toEqual(Float32Array.of(2, 9, -2, -7));
    expect(fused('relu').dataSync()).toEqual(Float32Array.of(2, 9, 0, 0));
    expect(fused('relu6').dataSync()).toEqual(Float32Array.of(2, 6, 0, 0));
    expect(fused('leakyrelu').dataSync()).toEqual(Float32Array.of(2, 9, -1, -3.5));
    expect(fused('prelu', tf.tensor1d([0.25, 2])).dataSync()).toEqual(Float32Array.of(2, 9, -0.5, -14));
    expect(fused('elu').dataSync()[2]).toBeCloseTo(Math.expm1(-2), 6);
    expect(fused('sigmoid').dataSync()[2]).toBeCloseTo(1 / (1 + Math.exp(2)), 6);
  });
  expect(tf.memory().numTensors).toBe(before);
});

it('refuses matrices whose inner dimensions differ', () => {
  const a = tf.zeros([2, 3]);
  const b = tf.zeros([4, 5]);
  expect(() => tf.matMul(a, b)).toThrow('inner dimensions');
  tf.dispose([a, b]);
});

function swapped(rank: number): number[] {
  return [...Array(rank - 2).keys(), rank - 1, rank - 2];
}

function numbers(length: number, seed: number): Float32Array {
  const drawn = new Float32Array(length);
  for (let i = 0, state = seed; i < length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    drawn[i] = (state >>> 8) / 8388608 - 1;
  }
  return drawn;
}
