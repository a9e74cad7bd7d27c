import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { expectAsOnCpu } from '../../fixtures/against-cpu.js';
import { useNativeBackend } from '../index.js';

beforeAll(async () => {
  await useNativeBackend();
});

const size = fc.oneof(fc.integer({ min: 0, max: 5 }), fc.constantFrom(1, 7, 16, 17, 35));
const dtype = fc.constantFrom('float32', 'int32', 'bool');

/** A tensor of numbers that all differ, as far as the dtype holds them. */
function counted(shape: number[], kind: string): tf.Tensor {
  const values = Array.from({ length: tf.util.sizeFromShape(shape) }, (_, i) =>
    kind === 'bool' ? i % 2 : i - 3,
  );
  return tf.tensor(values, shape, kind === 'bool' ? 'bool' : kind === 'int32' ? 'int32' : 'float32');
}

const shapeOf = (minLength: number) =>
  fc.array(size, { minLength, maxLength: 4 }).filter((shape) => tf.util.sizeFromShape(shape) < 20_000);

/** An op of a tensor of any shape, drawn with what it needs. */
type Drawn = (shape: number[]) => fc.Arbitrary<(x: tf.Tensor) => tf.Tensor | tf.Tensor[]>;

const axisOf = (shape: number[]) => fc.integer({ min: -shape.length, max: shape.length - 1 });
const perDimension = <T>(shape: number[], arbitrary: (size: number) => fc.Arbitrary<T>) =>
  fc.tuple(...shape.map(arbitrary));

const OPS: readonly [string, Drawn][] = [
  [
    'transpose',
    (shape) =>
      fc
        .shuffledSubarray(
          shape.map((_size, d) => d),
          { minLength: shape.length },
        )
        .map((perm) => (x) => tf.transpose(x, perm)),
  ],
  ['reverse', (shape) => axisOf(shape).map((axis) => (x) => tf.reverse(x, axis))],
  ['reverse of all dimensions', () => fc.constant((x) => tf.reverse(x))],
  [
    'tile',
    (shape) =>
      perDimension(shape, () => fc.integer({ min: 0, max: 3 })).map((reps) => (x) => tf.tile(x, reps)),
  ],
  [
    'slice',
    (shape) =>
      perDimension(shape, (n) =>
        fc.nat({ max: n }).chain((begin) => fc.tuple(fc.constant(begin), fc.nat({ max: n - begin }))),
      ).map(
        (parts) => (x) =>
          tf.slice(
            x,
            parts.map(([begin]) => begin),
            parts.map(([, count]) => count),
          ),
      ),
  ],
  [
    'stridedSlice',
    (shape) =>
      // Towards the end that the stride has: the cpu backend fails where a slice is empty.
      perDimension(shape, (n) =>
        fc.tuple(fc.nat({ max: n }), fc.nat({ max: n }), fc.integer({ min: 1, max: 3 }), fc.boolean()),
      )
        .map((drawn) =>
          drawn.map(([a, b, stride, isForward]) =>
            isForward
              ? ([Math.min(a, b), Math.max(a, b), stride] as const)
              : ([Math.max(a, b), Math.min(a, b), -stride] as const),
          ),
        )
        .map(
          (parts) => (x) =>
            tf.stridedSlice(
              x,
              parts.map(([begin]) => begin),
              parts.map(([, end]) => end),
              parts.map(([, , stride]) => stride),
            ),
        ),
  ],
  [
    'concat',
    (shape) =>
      fc.tuple(axisOf(shape), fc.integer({ min: 0, max: 4 })).map(([axis, more]) => (x) => {
        const other = [...shape];
        other[axis < 0 ? axis + shape.length : axis] = more;
        return tf.concat([x, counted(other, x.dtype), x], axis);
      }),
  ],
  ['stack', (shape) => fc.nat({ max: shape.length }).map((axis) => (x) => tf.stack([x, x, x], axis))],
  ['unstack', (shape) => axisOf(shape).map((axis) => (x) => tf.unstack(x, axis))],
  [
    'split',
    (shape) =>
      axisOf(shape).chain((axis) => {
        const whole = shape[axis < 0 ? axis + shape.length : axis] ?? 0;
        return fc.nat({ max: whole }).map((first) => (x) => tf.split(x, [first, whole - first], axis));
      }),
  ],
  [
    'pad',
    (shape) =>
      fc
        .tuple(
          perDimension(shape, () => fc.tuple(fc.nat({ max: 3 }), fc.nat({ max: 3 }))),
          fc.constantFrom(0, 1),
        )
        .map(
          ([paddings, value]) =>
            (x) =>
              tf.pad(x, paddings, value),
        ),
  ],
  ...(['reflect', 'symmetric'] as const).map((mode): [string, Drawn] => [
    `mirrorPad (${mode})`,
    (shape) =>
      perDimension(shape, (n) => {
        // The op refuses what has no elements.
        const most = mode === 'reflect' ? Math.max(0, n - 1) : n;
        return fc.tuple(fc.nat({ max: most }), fc.nat({ max: most }));
      }).map((paddings) => (x) => (x.size === 0 ? x.clone() : tf.mirrorPad(x, paddings, mode))),
  ]),
];

it.each(OPS)('moves elements by %s as the cpu backend does', async (_name, draw) => {
  const drawn = shapeOf(1).chain((shape) => fc.tuple(fc.constant(shape), dtype, draw(shape)));
  await fc.assert(
    fc.asyncProperty(drawn, ([shape, kind, op]) => expectAsOnCpu(() => op(counted(shape, kind)))),
    { numRuns: 80 },
  );
});

it('transposes matrices larger than a thread takes at once', async () => {
  await expectAsOnCpu(() => tf.transpose(counted([613, 517], 'float32')));
  await expectAsOnCpu(() => tf.transpose(counted([6, 333, 217], 'float32'), [0, 2, 1]));
  await expectAsOnCpu(() => tf.transpose(counted([333, 6, 217], 'int32'), [1, 0, 2]));
});

it('gives each part memory of its own', () => {
  tf.tidy(() => {
    const x = tf.tensor1d([1, 2, 3, 4]);
    const part = tf.slice(x, [0], [2]);
    expect(part.dataSync().buffer).not.toBe(x.dataSync().buffer);
  });
});
