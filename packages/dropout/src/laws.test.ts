import * as tf from '@tensorflow/tfjs-core';
import { Sequential } from '@trainkit/nn';
import { Generator } from '@trainkit/random';
import { describeBackends, describeLayer } from '@trainkit/testing';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Dropout, dropout, dropoutMask } from './index.js';

const seeds = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const probabilities = fc.double({ min: 0, max: 1, noNaN: true });
const inner = fc.double({ min: 0.01, max: 0.99, noNaN: true });
const shapes = fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 5 });

function noise(shape: number[], seed: bigint): tf.Tensor {
  return tf.tensor(new Generator(seed ^ 1n).uniform(tf.util.sizeFromShape(shape), -3, 3), shape);
}

for (const p of [0, 0.4, 1]) {
  describeLayer(`Dropout(${p})`, {
    make: () => new Dropout(p, { generator: new Generator(0) }),
    shapes: [[4, 3], [5], [2, 3, 2, 2]].map((shape) => ({ inputs: [shape], output: shape })),
    network: (layer) => new Sequential(layer),
    composite: ({ training, generator }, x) =>
      training ? tf.mul(x, dropoutMask(x.shape, p, { generator })) : x,
    refused: { inputs: () => [tf.ones([3], 'int32')], message: 'expected float32' },
    isRandom: p > 0 && p < 1,
  });
}

describeBackends('dropout', () => {
  it('drops an element or divides it by 1 − p, rounded as two float32 operations', () => {
    fc.assert(
      fc.property(seeds, probabilities, shapes, (seed, p, shape) => {
        tf.tidy(() => {
          const x = noise(shape, seed);
          const y = dropout(x, p, { generator: new Generator(seed) });
          expect(y.shape).toEqual(shape);
          const before = x.dataSync();
          const scale = Math.fround(1 / Math.fround(1 - p));
          for (const [i, value] of y.dataSync().entries()) {
            if (value !== 0) expect(value).toBe(Math.fround(before[i]! * scale));
          }
        });
      }),
    );
  });

  it('has the same mask forward and backward, and for every x', () => {
    fc.assert(
      fc.property(seeds, inner, shapes, (seed, p, shape) => {
        tf.tidy(() => {
          const generator = new Generator(seed);
          const { value, grad } = tf.valueAndGrad((x: tf.Tensor) => dropout(x, p, { generator }))(
            tf.ones(shape),
          );
          expect(grad.dataSync()).toEqual(value.dataSync());
          const again = dropout(tf.fill(shape, -4), p, { generator: new Generator(seed) }).dataSync();
          expect(again).toEqual(value.dataSync().map((element) => -4 * element));
        });
      }),
    );
  });

  it('is the identity in evaluation, gradient and all, and draws nothing', () => {
    fc.assert(
      fc.property(seeds, probabilities, shapes, (seed, p, shape) => {
        tf.tidy(() => {
          const generator = new Generator(seed);
          const before = generator.stateDict();
          const x = noise(shape, seed);
          const evaluate = (at: tf.Tensor) => dropout(at, p, { training: false, generator });
          const { value, grad } = tf.valueAndGrad(evaluate)(x);
          expect(value.dataSync()).toEqual(x.dataSync());
          expect(grad.dataSync()).toEqual(new Float32Array(x.size).fill(1));
          expect(generator.stateDict()).toEqual(before);
        });
      }),
    );
  });

  it('draws two numbers for each element, and none if p is 0 or 1', () => {
    fc.assert(
      fc.property(seeds, fc.oneof(probabilities, fc.constantFrom(0, 1)), shapes, (seed, p, shape) => {
        const [generator, expected] = [new Generator(seed), new Generator(seed)];
        tf.tidy(() => {
          const x = noise(shape, seed);
          dropout(x, p, { generator });
          if (p !== 0 && p !== 1) expected.uint32(2 * x.size);
        });
        expect(generator.stateDict()).toEqual(expected.stateDict());
      }),
    );
  });

  it('keeps the mean, makes the variance p / (1 − p) · x², and drops the share p', () => {
    const n = 40_000;
    fc.assert(
      fc.property(seeds, inner, (seed, p) => {
        tf.tidy(() => {
          const y = Array.from(dropout(tf.ones([n]), p, { generator: new Generator(seed) }).dataSync());
          const dropped = y.reduce((count, value) => count + (value === 0 ? 1 : 0), 0) / n;
          const mean = y.reduce((sum, value) => sum + value, 0) / n;
          const variance = y.reduce((sum, value) => sum + (value - mean) ** 2, 0) / n;
          // Six standard errors of a share, which one case in 500 million exceeds. The mean follows
          // from the share, and so does the variance: q (1 − q) / (1 − p)² with q = dropped is
          // exact.
          const bound = 6 * Math.sqrt((p * (1 - p)) / n);
          expect(Math.abs(dropped - p)).toBeLessThan(bound);
          expect(Math.abs(mean - 1)).toBeLessThan(bound / (1 - p) + 1e-6);
          expect(Math.abs(variance - p / (1 - p))).toBeLessThan((bound + bound ** 2) / (1 - p) ** 2 + 1e-4);
        });
      }),
      { numRuns: 20 },
    );
  });

  it('drops neighbors, and the next call’s elements, independently', () => {
    const n = 40_000;
    tf.tidy(() => {
      const generator = new Generator(2);
      const signs = () => Array.from(dropout(tf.ones([n]), 0.5, { generator }).dataSync());
      const [first, second] = [signs(), signs()];
      const correlation = (shift: number, other: number[]) =>
        first.reduce((sum, value, i) => sum + (value - 1) * (other[(i + shift) % n]! - 1), 0) / n;
      // The standard error of a mean of n signs is 1 / √n; the seed is fixed, so five of them are
      // enough.
      for (const shift of [1, 2, 512])
        expect(Math.abs(correlation(shift, first))).toBeLessThan(5 / Math.sqrt(n));
      for (const shift of [0, 1]) expect(Math.abs(correlation(shift, second))).toBeLessThan(5 / Math.sqrt(n));
    });
  });
});
