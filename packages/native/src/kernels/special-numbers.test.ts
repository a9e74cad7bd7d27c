import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, it } from 'vitest';
import { expectAsOnCpu, float32, repeated } from '../../fixtures/against-cpu.js';
import { draws } from '../../fixtures/draws.js';
import { useNativeBackend } from '../index.js';

beforeAll(async () => {
  await useNativeBackend();
});

/** Sizes of dimensions: none, one, and a few. */
const size = fc.constantFrom(0, 1, 1, 2, 3, 5);
const rank6 = (least: number) => fc.array(size, { minLength: least, maxLength: 6 });
const numbers = fc.array(float32, { minLength: 1, maxLength: 30 });
const thin = fc.constantFrom(1, 2, 3, 17, 33, 130);

function tensor(values: readonly number[], shape: number[]): tf.Tensor {
  return tf.tensor(repeated(values, tf.util.sizeFromShape(shape)), shape, 'float32');
}

/**
 * Numbers whose products and sums no order of a float32 sum rounds: what is compared is NaN,
 * infinities and zeros.
 */
const exact = fc.constantFrom(
  ...[0, -0, 1, -1, 2, -3, 0.5, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
);
const exactNumbers = fc.array(exact, { minLength: 1, maxLength: 30 });

type Case = fc.Arbitrary<() => tf.Tensor | tf.Tensor[]>;

/** Ops of tensors of up to six dimensions, or thin ones, with every kind of number. */
const FAMILIES: readonly [string, Case, ulp: number][] = [
  [
    'products, also thin ones and those of a batch',
    fc
      .record({
        batch: fc.array(fc.constantFrom(1, 2, 3), { maxLength: 2 }),
        m: thin,
        k: fc.oneof(fc.constant(0), thin),
        n: thin,
        transposeA: fc.boolean(),
        transposeB: fc.boolean(),
        a: exactNumbers,
        b: exactNumbers,
      })
      .map(({ batch, m, k, n, transposeA, transposeB, a, b }) => () => {
        const left = tensor(a, [...batch, ...(transposeA ? [k, m] : [m, k])]);
        const right = tensor(b, transposeB ? [n, k] : [k, n]);
        return tf.matMul(left, batch.length === 0 ? right : tf.expandDims(right), transposeA, transposeB);
      }),
    0,
  ],
  [
    'transposes of rank 6',
    fc.tuple(rank6(1), numbers).chain(([shape, values]) =>
      fc
        .shuffledSubarray(
          shape.map((_, d) => d),
          { minLength: shape.length },
        )
        .map((perm) => () => tf.transpose(tensor(values, shape), perm)),
    ),
    0,
  ],
  [
    'slices with steps of rank 6',
    fc.tuple(rank6(1), numbers, fc.integer({ min: 1, max: 3 })).map(([shape, values, stride]) => () => {
      const x = tensor(values, shape);
      const begin = shape.map((n) => Math.min(1, Math.max(0, n - 1)));
      return tf.stridedSlice(
        x,
        begin,
        shape,
        shape.map(() => stride),
      );
    }),
    0,
  ],
  [
    'broadcasting of rank 6',
    fc.tuple(rank6(0), fc.infiniteStream(fc.boolean()), numbers, numbers).map(([shape, isOne, x, y]) => {
      const shapes = [shape.map((n) => (take(isOne) ? 1 : n)), shape.map((n) => (take(isOne) ? 1 : n))];
      return () => {
        const [a, b] = [tensor(x, shapes[0] ?? []), tensor(y, shapes[1] ?? [])];
        return [
          ...[tf.add(a, b), tf.sub(a, b), tf.mul(a, b), tf.div(a, b), tf.maximum(a, b), tf.minimum(a, b)],
          ...[tf.less(a, b), tf.equal(a, b), tf.mod(a, b), tf.prelu(a, b)],
        ];
      };
    }),
    0,
  ],
  [
    'reductions of rank 6',
    fc.tuple(rank6(1), fc.infiniteStream(fc.boolean()), exactNumbers).map(([shape, isReduced, x]) => {
      const axes = shape.map((_, d) => d).filter(() => take(isReduced));
      return () => [tf.sum(tensor(x, shape), axes), tf.max(tensor(x, shape), axes)];
    }),
    0,
  ],
  [
    'functions of one number',
    numbers.map((x) => () => {
      const y = tf.tensor1d(x);
      return [
        tf.abs(y),
        tf.neg(y),
        tf.sign(y),
        tf.floor(y),
        tf.ceil(y),
        tf.relu(y),
        tf.relu6(y),
        tf.square(y),
      ];
    }),
    0,
  ],
  [
    'convolutions and pools',
    fc
      .record({
        height: fc.integer({ min: 1, max: 6 }),
        width: fc.constantFrom(1, 2, 17),
        channels: fc.constantFrom(1, 3, 17),
        outputs: fc.constantFrom(1, 2, 18),
        x: exactNumbers,
        filter: fc.array(fc.constantFrom(0, 1, -1, 2, 0.5), { minLength: 1, maxLength: 30 }),
      })
      .map(({ height, width, channels, outputs, x, filter }) => () => {
        const images = tensor(x, [2, height, width, channels]) as tf.Tensor4D;
        const window = tensor(filter, [1, 1, channels, outputs]) as tf.Tensor4D;
        return [tf.conv2d(images, window, 1, 'valid'), tf.maxPool(images, 1, 1, 'valid')];
      }),
    0,
  ],
];

function take(stream: fc.Stream<boolean>): boolean {
  return stream.next().value === true;
}

describe('special numbers in any shape', () => {
  it.each(FAMILIES)('give in %s what they give on the cpu backend', async (_, drawn, ulp) => {
    await fc.assert(
      fc.asyncProperty(drawn, (op) => expectAsOnCpu(op, ulp)),
      { numRuns: draws(120) },
    );
  });
});
