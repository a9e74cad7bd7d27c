import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { expectAsOnCpu, float32, int32, repeated, size } from '../../fixtures/against-cpu.js';
import { expectSameBits } from '../../fixtures/same-bits.js';
import { useNativeBackend } from '../index.js';

beforeAll(async () => {
  await useNativeBackend();
});

/**
 * Two shapes that are broadcast to one: each dimension may be 1 in either, and the outermost may be
 * missing.
 */
const shapes = fc
  .array(fc.record({ n: size, a: fc.boolean(), b: fc.boolean() }), { maxLength: 4 })
  .chain((dimensions) =>
    fc.record({
      a: fc.constant(dimensions.map(({ n, a }) => (a ? n : 1))),
      b: fc
        .nat({ max: dimensions.length })
        .map((missing) => dimensions.slice(missing).map(({ n, b }) => (b ? n : 1))),
    }),
  )
  .filter(({ a, b }) => tf.util.sizeFromShape(a) * tf.util.sizeFromShape(b) < 100_000);

const numbersOf = { float32, int32, bool: fc.integer({ min: 0, max: 1 }) };

/** Two tensors of a dtype. */
function operands(dtype: keyof typeof numbersOf) {
  const numbers = fc.array(numbersOf[dtype], { minLength: 1, maxLength: 40 });
  return fc.record({ shapes, x: numbers, y: numbers }).map(({ shapes: { a, b }, x, y }) => ({
    a: () => tf.tensor(repeated(x, tf.util.sizeFromShape(a)), a, dtype),
    b: () => tf.tensor(repeated(y, tf.util.sizeFromShape(b)), b, dtype),
  }));
}

type Op = (a: tf.Tensor, b: tf.Tensor) => tf.Tensor;

const ARITHMETIC: readonly [string, Op][] = [
  ['add', tf.add],
  ['floorDiv', tf.floorDiv],
  ['maximum', tf.maximum],
  ['minimum', tf.minimum],
  ['mod', tf.mod],
  ['mul', tf.mul],
  ['sub', tf.sub],
  ['squaredDifference', tf.squaredDifference],
];

it.each(ARITHMETIC)('computes %s of int32 as the cpu backend does', async (_name, op) => {
  await fc.assert(
    fc.asyncProperty(operands('int32'), ({ a, b }) => expectAsOnCpu(() => op(a(), b()))),
    { numRuns: 60 },
  );
});

// The cpu backend rounds the difference only once it is squared.
const OF_FLOATS: readonly [string, Op, number][] = [
  ...ARITHMETIC.map(([name, op]): [string, Op, number] => [name, op, name === 'squaredDifference' ? 2.5 : 0]),
  ['div', tf.div, 0],
  ['pow', tf.pow, 0.6],
  ['prelu', tf.prelu, 0],
];

it.each(OF_FLOATS)('computes %s of float32 as the cpu backend does', async (_name, op, ulp) => {
  await fc.assert(
    fc.asyncProperty(operands('float32'), ({ a, b }) => expectAsOnCpu(() => op(a(), b()), ulp)),
    { numRuns: 60 },
  );
});

it.each([-1, 0, 0.5, 1, 2, 3])('computes the power %s of many numbers, rounded once', async (exponent) => {
  await fc.assert(
    fc.asyncProperty(fc.array(float32, { maxLength: 70 }), (x) =>
      expectAsOnCpu(() => tf.pow(tf.tensor1d(x, 'float32'), exponent), 0.6),
    ),
    { numRuns: 60 },
  );
});

it('computes the gradient of elu as the cpu backend does', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(float32, { minLength: 1, maxLength: 70 }), (x) =>
      expectAsOnCpu(() => {
        const y = tf.tensor1d(x, 'float32');
        return tf.engine().runKernel('EluGrad', { dy: tf.reverse(y), y });
      }, 1.5),
    ),
    { numRuns: 60 },
  );
});

const COMPARISONS: readonly [string, Op][] = [
  ['equal', tf.equal],
  ['greater', tf.greater],
  ['greaterEqual', tf.greaterEqual],
  ['less', tf.less],
  ['lessEqual', tf.lessEqual],
  ['notEqual', tf.notEqual],
];

it.each(
  COMPARISONS.flatMap(([name, op]) =>
    (['float32', 'int32', 'bool'] as const).map((dtype): [string, string, Op, typeof dtype] => [
      name,
      dtype,
      op,
      dtype,
    ]),
  ),
)('compares by %s of %s as the cpu backend does', async (_name, _dtype, op, dtype) => {
  await fc.assert(
    fc.asyncProperty(operands(dtype), ({ a, b }) => expectAsOnCpu(() => op(a(), b()))),
    { numRuns: 30 },
  );
});

it.each([
  ['logicalAnd', tf.logicalAnd],
  ['logicalOr', tf.logicalOr],
  ['logicalXor', tf.logicalXor],
] satisfies [string, Op][])('computes %s as the cpu backend does', async (_name, op) => {
  await fc.assert(
    fc.asyncProperty(operands('bool'), ({ a, b }) => expectAsOnCpu(() => op(a(), b()))),
    { numRuns: 30 },
  );
});

it('leaves what has more dimensions than a kernel crosses to the cpu backend', async () => {
  // Every second dimension of each operand is broadcast, so that none can be merged.
  const shape = (first: number) => Array.from({ length: 13 }, (_, d) => (d % 2 === first ? 1 : 2));
  await expectAsOnCpu(() => {
    const [a, b] = [0, 1].map((first) => {
      const values = Array.from({ length: tf.util.sizeFromShape(shape(first)) }, (_, i) => i / 3);
      return tf.tensor(values, shape(first));
    });
    return [tf.add(a!, b!), tf.less(a!, b!)];
  });
});

it('refuses shapes that cannot be broadcast, and leaves no tensor', () => {
  const before = tf.memory();
  tf.tidy(() => {
    const a = tf.ones([2, 3]);
    expect(() => tf.add(a, tf.ones([2]))).toThrow('Operands could not be broadcast together');
  });
  expect(tf.memory()).toMatchObject({ numTensors: before.numTensors, numBytes: before.numBytes });
});

it('has the same bits on any number of threads and every instruction set', async () => {
  await expectSameBits(
    'add subtract multiply divide maximum minimum squaredDifference parametricReLU eluGradient power'
      .split(' ')
      .flatMap((kernel) => [
        { kernel, numbers: [1, 17, 1, 1], arrays: [17, 17, 17] },
        { kernel, numbers: [1, 300_001, 1, 1], arrays: [300_001, 300_001, 300_001] },
        { kernel, numbers: [2, 700, 501, 0, 501, 1, 1], arrays: [350_700, 501, 350_700] },
        { kernel, numbers: [2, 700, 501, 1, 501, 1, 0], arrays: [350_700, 700, 350_700] },
        { kernel, numbers: [3, 5, 7, 1, 3, 0, 7, 19, 1, 0], arrays: [47, 19, 285] },
      ]),
  );
});
