import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, it } from 'vitest';
import { capturedBatch, examplesIn } from './batch.js';

beforeAll(() => tf.setBackend('cpu'));

it('uses tensors and plain values as arguments, and leaves methods out', () => {
  const x = tf.tensor1d([1, 2, 3]);
  const batch = { x, pair: [x, 2], name: 'a', none: null, missing: undefined, dispose: () => undefined };
  expect(capturedBatch(batch)).toEqual({ x, pair: [x, 2], name: 'a', none: null });
  expect(examplesIn(batch)).toBe(3);
  x.dispose();
});

it.each([
  ['a map', () => new Map([['x', 1]])],
  ['a set', () => ({ all: new Set([1]) })],
  ['a typed array', () => ({ x: new Float32Array(1) })],
  [
    'a batch that holds itself',
    () => {
      const batch: Record<string, unknown> = {};
      batch['itself'] = [batch];
      return batch;
    },
  ],
])('has no arguments for %s, so the step stays eager', (_, make) => {
  expect(capturedBatch(make())).toBeUndefined();
});
