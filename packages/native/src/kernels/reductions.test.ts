import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectAsOnCpu, float32, int32, repeated, size } from '../../fixtures/against-cpu.js';
import { expectSameBits } from '../../fixtures/same-bits.js';
import { useNativeBackend } from '../index.js';

beforeAll(async () => {
  await useNativeBackend();
});

/** A shape, and some of its axes. */
const reduction = fc
  .array(size, { maxLength: 4 })
  .filter((shape) => tf.util.sizeFromShape(shape) < 20_000)
  .chain((shape) =>
    fc.record({
      shape: fc.constant(shape),
      axes: fc.subarray(
        shape.map((_size, d) => d),
        { minLength: Math.min(1, shape.length) },
      ),
      keepDims: fc.boolean(),
    }),
  );

type Op = (x: tf.Tensor, axes: number[], keepDims: boolean) => tf.Tensor;

// Finite numbers of one sign: what cancels has no digits to compare.
const positive = fc.double({ min: 0.5, max: 2, noNaN: true }).map(Math.fround);
const bool = fc.integer({ min: 0, max: 1 });

const OPS: readonly [string, 'float32' | 'int32' | 'bool', Op, fc.Arbitrary<number>, number][] = [
  ['all', 'bool', tf.all, bool, 0],
  ['any', 'bool', tf.any, bool, 0],
  ['max', 'float32', tf.max, float32, 0],
  ['max', 'int32', tf.max, int32, 0],
  ['min', 'float32', tf.min, float32, 0],
  ['min', 'int32', tf.min, int32, 0],
  // The cpu backend rounds each quotient.
  ['mean', 'float32', tf.mean, positive, 2],
  ['prod', 'float32', tf.prod, positive, 0.6],
  ['sum', 'float32', tf.sum, positive, 0.6],
  ['sum', 'int32', tf.sum, int32, 0],
];

it.each(OPS)('computes %s of %s as the cpu backend does', async (_name, dtype, op, number, ulp) => {
  await fc.assert(
    fc.asyncProperty(
      reduction,
      fc.array(number, { minLength: 1, maxLength: 40 }),
      ({ shape, axes, keepDims }, x) =>
        expectAsOnCpu(
          () => op(tf.tensor(repeated(x, tf.util.sizeFromShape(shape)), shape, dtype), axes, keepDims),
          ulp,
        ),
    ),
    { numRuns: 60 },
  );
});

it.each([
  ['argMax', tf.argMax],
  ['argMin', tf.argMin],
] satisfies [string, (x: tf.Tensor, axis: number) => tf.Tensor][])(
  'computes %s as the cpu backend does',
  async (_name, op) => {
    await fc.assert(
      fc.asyncProperty(
        reduction.filter(({ shape }) => shape.length > 0),
        fc.array(float32, { minLength: 1, maxLength: 40 }),
        ({ shape, axes }, x) =>
          expectAsOnCpu(() =>
            op(tf.tensor(repeated(x, tf.util.sizeFromShape(shape)), shape, 'float32'), axes[0] ?? 0),
          ),
      ),
      { numRuns: 100 },
    );
  },
);

it.each([
  ['sum', tf.sum],
  ['mean', tf.mean],
  ['prod', tf.prod],
  ['max', tf.max],
  ['min', tf.min],
] satisfies [string, (x: tf.Tensor, axis?: number) => tf.Tensor][])(
  'lets NaN through %s, along rows and columns',
  (_name, op) => {
    tf.tidy(() => {
      for (const at of [0, 8, 39]) {
        const values = Array.from({ length: 40 }, (_, i) => (i === at ? Number.NaN : i));
        expect(op(tf.tensor1d(values)).dataSync()[0]).toBeNaN();
        expect(op(tf.tile(tf.tensor2d(values, [40, 1]), [1, 3]), 0).dataSync()[1]).toBeNaN();
      }
    });
  },
);

describe('a million equal numbers', () => {
  it.each([[[1_000_000], 0] as const, [[1_000_000, 3], 0] as const])(
    'of the shape %j have the sum of one of them, times a million',
    (shape, axis) => {
      tf.tidy(() => {
        const sum = tf.sum(tf.fill([...shape], 0.1), axis).dataSync()[0];
        expect(sum).toBe(Math.fround(Math.fround(0.1) * 1_000_000));
      });
    },
  );
});

it('has the same bits on any number of threads and every instruction set', async () => {
  await expectSameBits(
    'sum mean prod max min'.split(' ').flatMap((kernel) => [
      { kernel, numbers: [1, 999, 1], arrays: [999, 1] },
      { kernel, numbers: [700, 501, 1], arrays: [350_700, 700] },
      { kernel, numbers: [1, 700, 501], arrays: [350_700, 501] },
      { kernel, numbers: [9, 70, 501], arrays: [315_630, 4509] },
    ]),
  );
});
