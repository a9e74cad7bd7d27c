import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { expectAsOnCpu, float32, int32 } from '../../fixtures/against-cpu.js';
import { shapeOf, tensorOf } from '../../fixtures/drawn-tensors.js';
import { useNativeBackend } from '../index.js';

beforeAll(async () => {
  await useNativeBackend();
});

const someFloats = fc.array(float32, { minLength: 1, maxLength: 30 });
const someInts = fc.array(int32, { minLength: 1, maxLength: 30 });

/** Indices below the sizes, as rows. */
function indicesOf(sizes: number[], rows: number, seed: number): number[][] {
  return Array.from({ length: rows }, (_, i) => sizes.map((n, d) => (seed + i * 7 + d * 3) % n));
}

it('gathers along any axis as the cpu backend does', async () => {
  const drawn = fc.record({
    shape: shapeOf(1, 4),
    axis: fc.nat(),
    indexShape: fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 2 }),
    seed: fc.nat({ max: 100 }),
    x: someFloats,
  });
  await fc.assert(
    fc.asyncProperty(drawn, ({ shape, axis, indexShape, seed, x }) =>
      expectAsOnCpu(() => {
        const along = axis % shape.length;
        const indices = indicesOf([shape[along] ?? 1], tf.util.sizeFromShape(indexShape), seed).flat();
        return tf.gather(tensorOf(x, shape), tf.tensor(indices, indexShape, 'int32'), along);
      }),
    ),
    { numRuns: 80 },
  );
});

it('gathers in each part of a batch as the cpu backend does', async () => {
  await expectAsOnCpu(() => {
    const x = tf.reshape(tf.range(0, 60, 1, 'int32'), [2, 3, 5, 2]);
    return tf.gather(x, tf.tensor2d([4, 0, 1, 2, 2, 2], [2, 3], 'int32'), 2, 1);
  });
});

it.each([-1, 3])('refuses to gather the index %d of three, and leaves no tensor', (index) => {
  const { numTensors, numDataBuffers } = tf.memory();
  expect(() => tf.tidy(() => tf.gather(tf.ones([3, 2]), tf.tensor1d([0, index], 'int32')))).toThrow(
    `GatherV2: the index value ${index} is not in [0, 2]`,
  );
  expect(tf.memory()).toMatchObject({ numTensors, numDataBuffers });
});

const places = fc.record({
  shape: shapeOf(1, 4),
  depth: fc.nat(),
  rows: fc.integer({ min: 1, max: 9 }),
  seed: fc.nat({ max: 100 }),
  x: someInts,
});

it('gathers slices by several indices as the cpu backend does', async () => {
  await fc.assert(
    fc.asyncProperty(places, ({ shape, depth, rows, seed, x }) =>
      expectAsOnCpu(() => {
        const sizes = shape.slice(0, 1 + (depth % shape.length));
        return tf.gatherND(tensorOf(x, shape), tf.tensor2d(indicesOf(sizes, rows, seed), undefined, 'int32'));
      }),
    ),
    { numRuns: 60 },
  );
});

it.each(['float32', 'int32'] as const)(
  'adds slices of %s by several indices as the cpu backend does',
  async (dtype) => {
    await fc.assert(
      fc.asyncProperty(places, ({ shape, depth, rows, seed, x }) =>
        expectAsOnCpu(() => {
          const sizes = shape.slice(0, 1 + (depth % shape.length));
          const updates = tensorOf(x, [rows, ...shape.slice(sizes.length)], dtype);
          return tf.scatterND(tf.tensor2d(indicesOf(sizes, rows, seed), undefined, 'int32'), updates, shape);
        }),
      ),
      { numRuns: 60 },
    );
  },
);

// Of [0, 5] the cpu backend takes the element [1, 1]; a replay, which has no cpu backend beside it,
// could not.
it.each([
  [[[3, 0]], 'the index value 3 is not in [0, 2]'],
  [[[0, -1]], 'the index value -1 is not in [0, 3]'],
  [[[0, 5]], 'the index value 5 is not in [0, 3]'],
])('refuses the places %j outside of three by four, and leaves no tensor', (indices, error) => {
  const { numTensors, numDataBuffers } = tf.memory();
  const numDataIds = tf.backend().numDataIds();
  tf.tidy(() => {
    const outside = tf.tensor2d(indices, [1, 2], 'int32');
    expect(() => tf.gatherND(tf.ones([3, 4]), outside)).toThrow(`GatherNd: ${error}`);
    expect(() => tf.scatterND(outside, tf.ones([1]), [3, 4])).toThrow(`ScatterNd: ${error}`);
  });
  expect(tf.memory()).toMatchObject({ numTensors, numDataBuffers });
  expect(tf.backend().numDataIds()).toBe(numDataIds);
});

it('gathers nothing by no indices', async () => {
  await expectAsOnCpu(() => tf.gatherND(tf.ones([3, 4]), tf.zeros([0, 1], 'int32')));
  await expectAsOnCpu(() => tf.gather(tf.ones([3, 4]), tf.tensor1d([], 'int32')));
});

it('sums segments as the cpu backend does, without rows of no segment', async () => {
  const drawn = fc.record({
    rest: fc.array(fc.integer({ min: 1, max: 20 }), { maxLength: 2 }),
    ids: fc.array(fc.integer({ min: -1, max: 6 }), { minLength: 1, maxLength: 40 }),
    x: fc.array(fc.double({ min: 0.5, max: 2, noNaN: true }), { minLength: 1, maxLength: 30 }),
  });
  await fc.assert(
    fc.asyncProperty(drawn, ({ rest, ids, x }) =>
      expectAsOnCpu(
        () => tf.unsortedSegmentSum(tensorOf(x, [ids.length, ...rest]), tf.tensor1d(ids, 'int32'), 6),
        0.6,
      ),
    ),
    { numRuns: 60 },
  );
});

it('makes one-hot rows as the cpu backend does', async () => {
  const indices = fc.array(fc.integer({ min: -2, max: 12 }), { maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(indices, fc.integer({ min: 2, max: 11 }), (x, depth) =>
      expectAsOnCpu(() => [
        tf.oneHot(tf.tensor1d(x, 'int32'), depth),
        tf.oneHot(tf.tensor1d(x, 'int32'), depth, 0.5, -1, 'float32'),
      ]),
    ),
    { numRuns: 60 },
  );
});
