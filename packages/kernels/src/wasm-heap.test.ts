import * as tf from '@tensorflow/tfjs-core';
import { f32x4, simdFunction, simdModule } from '@trainkit/simd';
import { describeBackends } from '@trainkit/testing';
import { expect, it } from 'vitest';
import { simdOnHeap } from './wasm.js';

const module = simdModule({
  double: simdFunction(['i32', 'i32', 'i32'], (f, y, x, n) =>
    f.elements(n, ({ load, store }) => store(y, f32x4.add(load(x), load(x)))),
  ),
});

function heapFor(...inputs: tf.Tensor[]) {
  const heap = simdOnHeap(module, ...inputs);
  if (heap === null) throw new Error('Node has vectors.');
  return heap;
}

/** Computes 2x, in the memory of x if no other tensor shares it. */
function doubled(x: tf.Tensor): tf.Tensor {
  const heap = heapFor(x);
  const y = heap.donate(x);
  heap.code.double(heap.address(y), heap.address(y), y.size);
  return y;
}

const numbers = (tensor: tf.Tensor) => Array.from(tensor.dataSync());

describeBackends(
  'functions on the heap',
  () => {
    it.each([[[]], [[1]], [[3]], [[2, 5]], [[1000, 200]]])(
      'read and write tensors of shape [%s]',
      (shape) => {
        tf.tidy(() => {
          const x = tf.reshape(tf.range(0, tf.util.sizeFromShape(shape)), shape);
          const heap = heapFor(x);
          const y = heap.make(x.shape);
          heap.code.double(heap.address(y), heap.address(x), x.size);
          expect(y.shape).toEqual(shape);
          expect(numbers(y)).toEqual(numbers(tf.mul(x, 2)));
        });
      },
    );

    it('are made once for a backend', () => {
      expect(heapFor().code).toBe(heapFor().code);
    });

    it('do not exist for integers', () => {
      tf.tidy(() => {
        expect(simdOnHeap(module, tf.tensor1d([1], 'int32'))).toBeNull();
      });
    });

    it('copy tensors, even empty ones', () => {
      tf.tidy(() => {
        const x = tf.tensor1d([1, 2, 3]);
        const copy = heapFor().copy(x);
        doubled(x);
        expect(numbers(copy)).toEqual([1, 2, 3]);
        expect(heapFor().copy(tf.zeros([0, 2])).shape).toEqual([0, 2]);
      });
    });

    it('overwrite a tensor whose memory is not shared, and copy a shared one', () => {
      tf.tidy(() => {
        const x = tf.tensor1d([1, 2, 3]);
        const y = doubled(x);
        expect([numbers(x), numbers(y)]).toEqual([
          [2, 4, 6],
          [2, 4, 6],
        ]);
        // Now x and y share it.
        const z = doubled(x);
        expect([numbers(x), numbers(y), numbers(z)]).toEqual([
          [2, 4, 6],
          [2, 4, 6],
          [4, 8, 12],
        ]);
        const reshaped = tf.reshape(z, [3, 1]);
        doubled(z);
        expect(numbers(reshaped)).toEqual([4, 8, 12]);
      });
    });

    it('overwrite a variable, which may be assigned the result', () => {
      const x: tf.Variable = tf.tidy(() => tf.variable(tf.tensor1d([1, 2, 3])));
      tf.tidy(() => x.assign(doubled(x)));
      tf.tidy(() => x.assign(doubled(x)));
      expect(numbers(x)).toEqual([4, 8, 12]);
      x.dispose();
    });

    it('let the backend’s own products see the new numbers: it keeps packed ones by the old number', () => {
      tf.tidy(() => {
        const [a, b] = [tf.ones([2, 8]), tf.ones([8, 3])];
        expect(numbers(tf.matMul(a, b))).toEqual([8, 8, 8, 8, 8, 8]);
        doubled(b);
        expect(numbers(tf.matMul(a, b))).toEqual([16, 16, 16, 16, 16, 16]);
      });
    });

    it('still work after the backend’s memory has grown', () => {
      tf.tidy(() => {
        const x = tf.tensor1d([1, 2, 3]);
        const heap = heapFor(x);
        tf.zeros([40_000_000]);
        const y = heap.make([3]);
        heap.code.double(heap.address(y), heap.address(x), 3);
        expect(numbers(y)).toEqual([2, 4, 6]);
        expect(numbers(heap.copy(y))).toEqual([2, 4, 6]);
      });
    });
  },
  { backends: ['wasm'] },
);

describeBackends(
  'functions on the heap of another backend',
  (backend) => {
    it('name the place to call them', () => {
      expect(() => simdOnHeap(module)).toThrow(
        `simdOnHeap: the memory is that of the backend 'wasm'; the active one is '${backend}'. ` +
          'Call it in the `wasm` version of a defineKernel, which only runs there.',
      );
    });
  },
  { backends: ['cpu', 'tensorflow'] },
);
