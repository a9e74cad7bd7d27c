import * as tf from '@tensorflow/tfjs-core';
import { f32x4 } from '@trainkit/simd';
import { describeBackends } from '@trainkit/testing';
import { describe, expect, it } from 'vitest';
import { defineKernel } from './define-kernel.js';
import { elementwisePass } from './wasm.js';

/** y += a·x, and z += x where there is one. */
const pass = elementwisePass({
  updates: ['y'],
  optional: ['z'],
  reads: ['x'],
  numbers: ['a'],
  write:
    (f, { a }) =>
    ({ x, y, z }) => {
      const sum = f.local('v128', f32x4.add(y, f32x4.mul(x, a)));
      return { y: sum, z: z && f32x4.add(z, x) };
    },
});

const numbers = (tensor: tf.Tensor) => Array.from(tensor.dataSync());
const odd = (n: number) => tf.tensor(Array.from({ length: n }, (_, i) => 2 * i + 1));

describeBackends(
  'a pass over elements',
  () => {
    // A block has 16,384 elements.
    it.each([0, 1, 3, 4, 7, 16_384, 16_389, 40_001])('takes %i of them', (n) => {
      tf.tidy(() => {
        const [x, y, z] = [odd(n), tf.fill([n], 10), tf.fill([n], 100)];
        const outputs = pass({ tensors: { x, y, z }, numbers: { a: 3 }, donated: false })!;
        expect(outputs.map(numbers)).toEqual([numbers(tf.add(y, tf.mul(x, 3))), numbers(tf.add(z, x))]);
        const [alone, ...others] = pass({ tensors: { x, y }, numbers: { a: 3 }, donated: false })!;
        expect(numbers(alone)).toEqual(numbers(outputs[0]));
        expect(others).toEqual([]);
      });
    });

    it('keeps the shape, and what was not donated', () => {
      tf.tidy(() => {
        const [x, y] = [tf.ones([2, 3]), tf.ones([2, 3])];
        const [sum] = pass({ tensors: { x, y }, numbers: { a: 1 }, donated: false })!;
        expect([sum.shape, numbers(sum), numbers(y)]).toEqual([[2, 3], Array(6).fill(2), Array(6).fill(1)]);
        const [donated] = pass({ tensors: { x, y }, numbers: { a: 1 }, donated: true })!;
        expect([numbers(donated), numbers(x)]).toEqual([Array(6).fill(2), Array(6).fill(1)]);
      });
    });

    it('makes an array that is new, and reads one that it overwrites', () => {
      tf.tidy(() => {
        const x = tf.tensor1d([1, 2]);
        const [sum, fresh] = pass({ tensors: { x, y: x, z: null }, numbers: { a: 3 }, donated: false })!;
        expect(numbers(sum)).toEqual([4, 8]);
        expect(fresh!.shape).toEqual([2]);
      });
    });

    it('is not to be had for integers', () => {
      tf.tidy(() => {
        const x = tf.tensor1d([1], 'int32');
        expect(pass({ tensors: { x, y: tf.ones([1]) }, numbers: { a: 1 }, donated: false })).toBeNull();
      });
    });
  },
  { backends: ['wasm', 'cpu'] },
);

const shifted = defineKernel({
  name: 'TrainkitTestShifted',
  composite: ({ x, shift }: { x: tf.Tensor; shift?: tf.Tensor | undefined }) => [
    shift === undefined ? tf.clone(x) : tf.add(x, shift),
  ],
  tensorflow: () => null,
});

describe('an optional input of a kernel', () => {
  describeBackends('without a gradient', () => {
    it('may be left out or undefined, also under a gradient', () => {
      tf.tidy(() => {
        const [x, shift] = [tf.tensor1d([1, 2]), tf.tensor1d([10, 20])];
        expect(numbers(shifted({ x })[0])).toEqual([1, 2]);
        expect(numbers(shifted({ x, shift: undefined })[0])).toEqual([1, 2]);
        expect(numbers(shifted({ x, shift })[0])).toEqual([11, 22]);
        const grad = tf.grad((at: tf.Tensor) => shifted({ x: at, shift: undefined })[0]);
        expect(numbers(grad(x))).toEqual([1, 1]);
      });
    });
  });

  it('is refused where there is a gradient', () => {
    const kernel = defineKernel({
      name: 'TrainkitTestShiftedGradient',
      composite: ({ x, shift }: { x: tf.Tensor; shift?: tf.Tensor | undefined }) => [tf.add(x, shift ?? 0)],
      gradient: ([dy]) => ({ x: () => dy }),
    });
    const x = tf.scalar(1);
    expect(() => kernel({ x, shift: undefined })).toThrow(
      'TrainkitTestShiftedGradient: the input shift is undefined; expected a tensor, since the kernel has a gradient of its own.',
    );
    x.dispose();
  });
});
