import * as tf from '@tensorflow/tfjs-core';
import { describeBackends } from '@trainkit/testing';
import { expect, it } from 'vitest';
import { BatchNorm, LayerNorm } from './index.js';

/** The native ops that `body` calls, in order. */
function nativeCalls(body: () => void): string[] {
  const backend: object = tf.backend();
  const calls: string[] = [];
  const methods = ['executeSingleOutput', 'executeMultipleOutputs'];
  for (const method of methods) {
    const original: unknown = Reflect.get(backend, method);
    if (typeof original !== 'function') throw new Error(`This backend has no ${method}`);
    Reflect.set(backend, method, (...args: unknown[]): unknown => {
      calls.push(String(args[0]));
      return Reflect.apply(original, backend, args);
    });
  }
  try {
    body();
  } finally {
    // The wrappers shadow the class's methods.
    for (const method of methods) Reflect.deleteProperty(backend, method);
  }
  return calls;
}

/**
 * The number of calls in the forward pass, and in the backward pass to the input and all
 * parameters.
 */
function countOf(layer: BatchNorm | LayerNorm, shape: number[]): [forward: number, both: number] {
  return tf.tidy(() => {
    const x = tf.randomNormal(shape);
    const dy = tf.randomNormal(shape);
    const forward = nativeCalls(() => {
      layer.forward(x);
    });
    const both = nativeCalls(() => {
      tf.engine().gradients(() => layer.forward(x), [x, ...layer.parameters()], dy, true);
    });
    return [forward.length, both.length];
  });
}

describeBackends(
  'native calls',
  () => {
    // BatchNorm in training: 14 calls for the output, 7 for the running statistics, 1 for the
    // count. Then 13 for the gradient, one of which is outside the kernels: dw = s · Σ dy·x̄.
    it.each<[string, () => BatchNorm | LayerNorm, forward: number, both: number]>([
      ['BatchNorm', () => new BatchNorm(4), 22, 35],
      ['BatchNorm, cumulative', () => new BatchNorm(4, { momentum: null }), 31, 44],
      ['BatchNorm in evaluation', () => new BatchNorm(4).eval(), 6, 12],
      ['LayerNorm', () => new LayerNorm(4), 11, 22],
      ['LayerNorm without a bias', () => new LayerNorm(4, { bias: false }), 10, 21],
      ['LayerNorm without parameters', () => new LayerNorm(4, { elementwiseAffine: false }), 9, 16],
    ])('%s', (_title, make, forward, both) => {
      const layer = make();
      expect(countOf(layer, [8, 4])).toEqual([forward, both]);
      expect(countOf(layer, [2, 2, 2, 4]), 'no reshapes').toEqual([forward, both]);
      layer.dispose();
    });
  },
  { backends: ['tensorflow'] },
);
