import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { expectAsOnCpu, float32, int32 } from '../../fixtures/against-cpu.js';
import { useNativeBackend } from '../index.js';

beforeAll(async () => {
  await useNativeBackend();
});

const DTYPES = ['float32', 'int32', 'bool'] as const;

it.each(DTYPES.flatMap((from) => DTYPES.map((to): [typeof from, typeof to] => [from, to])))(
  'casts %s to %s as the cpu backend does',
  async (from, to) => {
    const numbers = { float32, int32, bool: fc.integer({ min: 0, max: 1 }) }[from];
    await fc.assert(
      fc.asyncProperty(fc.array(numbers, { maxLength: 70 }), (x) =>
        expectAsOnCpu(() => {
          const y = tf.cast(tf.tensor1d(x, from), to);
          // The cpu backend leaves the array of int32 under a tensor of float32.
          return to === 'float32' ? tf.neg(y) : y;
        }),
      ),
      { numRuns: 60 },
    );
  },
);

it('keeps the data of a cast to the same dtype', () => {
  tf.tidy(() => {
    const x = tf.tensor1d([1, 2]);
    expect(tf.cast(x, 'float32').dataId).toBe(x.dataId);
  });
});

it.each([
  ['fill', () => tf.fill([3, 2], -1.5)],
  ['fill of int32', () => tf.fill([17], 2.9, 'int32')],
  ['fill of no numbers', () => tf.fill([0], 1)],
  ['zerosLike', () => tf.zerosLike(tf.tensor2d([[1, 2]], [1, 2], 'int32'))],
  ['onesLike', () => tf.onesLike(tf.tensor1d([true, false], 'bool'))],
  ['linspace', () => tf.linspace(0, 1, 11)],
  ['linspace of one number', () => tf.linspace(3, 9, 1)],
  ['range', () => tf.range(0, 1, 0.1)],
  ['range downwards', () => tf.range(5, 0)],
  ['range of int32', () => tf.range(-3, 40, 7, 'int32')],
  ['an empty range', () => tf.range(2, 2)],
  ['addN', () => tf.addN([tf.tensor1d([1e8, 0.5]), tf.tensor1d([1, 2]), tf.tensor1d([-1e8, 3])])],
  ['addN of twenty', () => tf.addN(Array.from({ length: 20 }, (_, i) => tf.fill([5], i / 10)))],
  ['logicalNot', () => tf.logicalNot(tf.tensor1d([true, false, true], 'bool'))],
] satisfies [string, () => tf.Tensor][])('makes %s as the cpu backend does', async (_name, op) => {
  await expectAsOnCpu(op);
});

it.each(DTYPES)('selects %s as the cpu backend does', async (dtype) => {
  const numbers = { float32, int32, bool: fc.integer({ min: 0, max: 1 }) }[dtype];
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(fc.boolean(), numbers, numbers), { maxLength: 70 }), (rows) =>
      expectAsOnCpu(() =>
        tf.where(
          tf.tensor1d(
            rows.map(([condition]) => condition),
            'bool',
          ),
          tf.tensor1d(
            rows.map(([, t]) => t),
            dtype,
          ),
          tf.tensor1d(
            rows.map(([, , e]) => e),
            dtype,
          ),
        ),
      ),
    ),
    { numRuns: 60 },
  );
});
