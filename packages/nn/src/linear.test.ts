import * as tf from '@tensorflow/tfjs-core';
import { defaultGenerator, Generator, manualSeed } from '@trainkit/random';
import { describeBackends, expectAllClose } from '@trainkit/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import golden from '../goldens/linear.json' with { type: 'json' };
import { Linear, linear } from './index.js';

/** A weight in PyTorch's order. */
const torchOrder = (weight: tf.Tensor) => tf.tidy(() => Array.from(tf.transpose(weight).dataSync()));

describeBackends('Linear', () => {
  it('adds the bias’s gradient over 10,000 rows', () => {
    tf.tidy(() => {
      const [x, weight] = [tf.zeros([10_000, 1]), tf.zeros([1, 2])];
      const f = (bias: tf.Tensor) => linear(x, weight, bias as tf.Tensor1D);
      const dy = tf.fill([10_000, 2], 0.1);
      // If the sum is in double precision or pairwise, 0.1 and the result are each rounded once or
      // twice.
      const rtol = 1e-6;
      expectAllClose(tf.grad(f)(tf.zeros([2]), dy), [1000, 1000], { atol: 0, rtol });
    });
  });

  it('has the gradient 0 for an empty batch', () => {
    const [weight, bias, seen] = [tf.ones([2, 3]), tf.ones([3]), tf.ones([0, 2])];
    // Uninitialized memory after an empty sum differs from call to call.
    for (let i = 0; i < 20; i++) {
      tf.tidy(() => {
        tf.randomNormal([64]);
        const [, dWeight, dBias] = tf.grads((...inputs) =>
          tf.sum(linear(inputs[0]!, inputs[1]!, inputs[2]!)),
        )([seen, weight, bias]);
        expect(Array.from(dWeight!.dataSync())).toEqual([0, 0, 0, 0, 0, 0]);
        expect(Array.from(dBias!.dataSync())).toEqual([0, 0, 0]);
      });
    }
    tf.dispose([weight, bias, seen]);
  });

  it.each(golden.starts)('starts as PyTorch’s, bit for bit: seed $seed, $in to $out', (expected) => {
    const layer = new Linear(expected.in, expected.out, { generator: new Generator(expected.seed) });
    expect(torchOrder(layer.weight)).toEqual(expected.weight);
    expect(Array.from(layer.bias!.dataSync())).toEqual(expected.bias);
    layer.dispose();
  });

  it.each(golden.bounds)('has PyTorch’s bounds for $in inputs', (expected) => {
    const layer = new Linear(expected.in, 3, { generator: new Generator(3) });
    expect(torchOrder(layer.weight).slice(0, 3)).toEqual(expected.weight);
    expect(Array.from(layer.bias!.dataSync())).toEqual(expected.bias);
    layer.dispose();
  });

  it('draws from the default generator, the weight first, and no bias without one', () => {
    manualSeed(9);
    const layer = new Linear(3, 4, { bias: false });
    const next = defaultGenerator.uniform(1);
    const other = new Generator(9);
    other.uniform(12);
    expect(next).toEqual(other.uniform(1));
    expect(layer.bias).toBeNull();
    expect(layer.namedParameters().map(([path]) => path)).toEqual(['weight']);
    layer.dispose();
  });

  it('is x · weight + bias over the last dimension, for inputs of any rank', () => {
    const shape = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 0, maxLength: 3 });
    fc.assert(
      fc.property(shape, fc.integer({ min: 1, max: 5 }), fc.boolean(), (leading, outFeatures, bias) => {
        const layer = new Linear(3, outFeatures, { bias, generator: new Generator(1) });
        tf.tidy(() => {
          const x = tf.randomUniform([...leading, 3]);
          const expected = tf.add(
            tf.matMul(tf.reshape(x, [-1, 3]), layer.weight as tf.Variable<tf.Rank.R2>),
            layer.bias ?? 0,
          );
          const y = layer.forward(x);
          expect(y.shape).toEqual([...leading, outFeatures]);
          expectAllClose(y, expected);
          const { grads } = tf.variableGrads(
            () => tf.sum(tf.square(layer.forward(x))) as tf.Scalar,
            layer.parameters(),
          );
          expect(Object.keys(grads)).toHaveLength(bias ? 2 : 1);
          for (const parameter of layer.parameters())
            expect(grads[parameter.name]!.shape).toEqual(parameter.shape);
        });
        layer.dispose();
      }),
      { numRuns: 30 },
    );
  });
});

describe('linear', () => {
  const weight = tf.ones([3, 2]);

  it.each([
    [
      [4, 5],
      'linear: x is a float32 tensor of shape [4, 5]; expected a last dimension of 3, since weight is [3, 2]. Flatten images first: new Flatten().forward(x); a layer that takes this x is new Linear(5, 2).',
    ],
    [[], 'x is a float32 tensor of shape []; expected a last dimension of 3'],
  ])('refuses x of shape %j', (shape, message) => {
    expect(() => linear(tf.ones(shape), weight)).toThrow(message);
  });

  it('refuses integers', () => {
    expect(() => linear(tf.ones([1, 3], 'int32'), weight)).toThrow(
      "linear: x is an int32 tensor of shape [1, 3]; expected float32. Write x.cast('float32').",
    );
  });

  it('refuses a weight or a bias of another shape', () => {
    expect(() => linear(tf.ones([1, 3]), tf.ones([3]))).toThrow(
      'linear: weight is a float32 tensor of shape [3]; expected the shape [in, out].',
    );
    expect(() => linear(tf.ones([1, 3]), weight, tf.ones([3]))).toThrow(
      'linear: bias is a float32 tensor of shape [3]; expected the shape [2], one number for each output.',
    );
  });

  it.each([0, -1, 1.5, Number.NaN])('refuses a layer of %s features', (features) => {
    expect(() => new Linear(features, 2)).toThrow(
      `Linear: inFeatures is ${features}; expected a whole number of at least 1.`,
    );
    expect(() => new Linear(2, features)).toThrow(
      `Linear: outFeatures is ${features}; expected a whole number of at least 1.`,
    );
  });
});
