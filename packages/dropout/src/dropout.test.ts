import * as tf from '@tensorflow/tfjs-core';
import { Linear, Module, Sequential, summary } from '@trainkit/nn';
import { defaultGenerator, Generator, manualSeed } from '@trainkit/random';
import { describeBackends } from '@trainkit/testing';
import { expect, it } from 'vitest';
import { Dropout, dropout, dropoutMask } from './index.js';

/** The values of the tensor that `f` returns; disposes it. */
function valuesOf(f: () => tf.Tensor): number[] {
  return Array.from(tf.tidy(f).dataSync());
}

/** Runs `body` on ones of `shape`; disposes all of its tensors. */
function withOnes(shape: number[], body: (x: tf.Tensor) => void): void {
  tf.tidy(() => body(tf.ones(shape)));
}

describeBackends('dropout', (backend) => {
  it('draws from the default generator by default', () => {
    withOnes([50], (x) => {
      const state = defaultGenerator.stateDict();
      const generator = new Generator(11);
      const expected = dropout(x, 0.5, { generator }).dataSync();
      manualSeed(11);
      expect(dropout(x).dataSync()).toEqual(expected);
      expect(new Dropout().forward(x).dataSync()).toEqual(dropout(x, 0.5, { generator }).dataSync());
      expect(dropoutMask([50]).dataSync()).toEqual(dropoutMask([50], 0.5, { generator }).dataSync());
      defaultGenerator.loadStateDict(state);
    });
  });

  it('drops other elements in every call and every layer', () => {
    withOnes([64], (x) => {
      const generator = new Generator(0);
      const [first, second] = [new Dropout(0.5, { generator }), new Dropout(0.5, { generator })];
      const seen = [first, first, second, second].map((layer) => layer.forward(x).dataSync().join(' '));
      expect(new Set(seen).size).toBe(4);
    });
  });

  it('returns zeros for p = 1 and x for p = 0, draws nothing, and has their gradients', () => {
    const generator = new Generator(0);
    const before = generator.stateDict();
    withOnes([2, 3], (x) => {
      for (const [p, expected] of [
        [0, 1],
        [1, 0],
      ] as const) {
        const all = Array.from({ length: 6 }, () => expected);
        expect(valuesOf(() => dropout(x, p, { generator }))).toEqual(all);
        expect(valuesOf(() => tf.grad((at: tf.Tensor) => dropout(at, p, { generator }))(x))).toEqual(all);
        expect(valuesOf(() => dropoutMask([2, 3], p, { generator }))).toEqual(all);
      }
    });
    expect(generator.stateDict()).toEqual(before);
  });

  it('returns a new tensor in either mode, which may be disposed before or after x', () => {
    const generator = new Generator(0);
    for (const training of [true, false]) {
      for (const p of [0, 0.5, 1]) {
        for (const size of [0, 3]) {
          const x = tf.ones([size]);
          const y = dropout(x, p, { training, generator });
          y.dispose();
          expect(x.isDisposed).toBe(false);
          const kept = dropout(x, p, { training, generator });
          x.dispose();
          expect(kept.dataSync()).toHaveLength(size);
          kept.dispose();
        }
      }
    }
  });

  it('accepts a variable, and returns a tensor that later updates do not change', () => {
    const start = tf.ones([3]);
    const x = tf.variable(start);
    const y = dropout(x, 0.5, { training: false });
    expect(y).not.toBeInstanceOf(tf.Variable);
    const twos = tf.fill([3], 2);
    x.assign(twos);
    expect(Array.from(y.dataSync())).toEqual([1, 1, 1]);
    tf.dispose([x, y, start, twos]);
  });

  it('draws its mask once for forward, backward and the second derivative', () => {
    const generator = new Generator(5);
    const mask = dropoutMask([40], 0.3, { generator: new Generator(5) });
    tf.tidy(() => {
      const x = tf.linspace(-2, 2, 40);
      // y = (m·x)³: its first derivative is 3m³x², its second 6m³x.
      const first = tf.grad((at: tf.Tensor) => tf.pow(dropout(at, 0.3, { generator }), tf.scalar(3)));
      const cube = tf.mul(mask, tf.square(mask));
      const difference = (a: tf.Tensor, b: tf.Tensor) => tf.max(tf.abs(tf.sub(a, b))).dataSync()[0];
      // Values up to 35, rounded a few times.
      expect(difference(first(x), tf.mul(tf.mul(3, cube), tf.square(x)))).toBeLessThan(1e-5);
      const next = new Generator(5);
      next.bernoulli(40, 0.7);
      expect(generator.stateDict(), 'one mask was drawn').toEqual(next.stateDict());

      generator.loadStateDict(new Generator(5).stateDict());
      const second = tf.grad((at: tf.Tensor) => tf.sum(first(at)));
      expect(difference(second(x), tf.mul(tf.mul(6, cube), x))).toBeLessThan(1e-5);
      expect(generator.stateDict(), 'one mask was drawn').toEqual(next.stateDict());
    });
    mask.dispose();
  });

  it('passes gradients to the layers below and above it', () => {
    const generator = new Generator(0);
    const model = new Sequential(new Linear(3, 4), new Dropout(0.5, { generator }), new Linear(4, 1));
    const x = tf.ones([2, 3]);
    const { value, grads } = tf.variableGrads(() => tf.sum(model.forward(x)), model.parameters());
    expect(Object.keys(grads)).toHaveLength(4);
    expect(model.namedParameters().map(([path]) => path)).toEqual([
      '0.weight',
      '0.bias',
      '2.weight',
      '2.bias',
    ]);
    tf.dispose([x, value, grads]);
    model.dispose();
  });

  it('accepts large inputs', () => {
    tf.tidy(() => {
      const x = tf.ones([300, 7000]);
      const y = dropout(x, 0.25, { generator: new Generator(3) });
      const expected = new Generator(3).bernoulli(2_100_000, 0.75);
      const values = y.dataSync();
      const scale = Math.fround(1 / 0.75);
      expect(values.findIndex((value, i) => value !== expected[i]! * scale)).toBe(-1);
    });
  });

  it('multiplies dropped elements by 0, so that NaN and infinities show', () => {
    tf.tidy(() => {
      const x = tf.tensor1d([Number.NaN, Number.POSITIVE_INFINITY, -1, 0]);
      expect(dropout(x, 1).dataSync()).toEqual(Float32Array.of(Number.NaN, Number.NaN, -0, 0));
    });
  });

  it('treats numbers below 2⁻¹²⁶ like the backend: TensorFlow rounds them to 0', () => {
    tf.tidy(() => {
      const small = 2 ** -140;
      const y = dropout(tf.fill([64], small), 2 ** -30, { generator: new Generator(0) });
      expect(y.dataSync()).toEqual(new Float32Array(64).fill(backend === 'tensorflow' ? 0 : small));
    });
  });
});

describeBackends('Dropout', () => {
  it('follows train() and eval() of the tree that it is in', () => {
    const inner = new Dropout(0.5, { generator: new Generator(0) });
    const model = new Sequential(new Sequential(inner));
    withOnes([40], (x) => {
      const kept = () => Array.from(model.forward(x).dataSync()).filter((value) => value === 1).length;
      expect(inner.training).toBe(true);
      expect(kept()).toBe(0);
      model.eval();
      expect(kept()).toBe(40);
      model.train();
      expect(kept()).toBe(0);
    });
  });

  it('uses a new p between two calls', () => {
    const layer = new Dropout(0.5);
    withOnes([3], (x) => {
      layer.p = 1;
      expect(Array.from(layer.forward(x).dataSync())).toEqual([0, 0, 0]);
      layer.p = 1.5;
      expect(() => layer.forward(x)).toThrow('expected a probability from 0 to 1');
    });
  });

  it('fires hooks in either mode, with the input and an output of its own', () => {
    const layer = new Dropout(0.5, { generator: new Generator(0) });
    withOnes([4], (x) => {
      const seen: tf.Tensor[][] = [];
      const remove = layer.registerForwardHook((_, input, output) => {
        seen.push([input, output]);
      });
      const outputs = [layer.forward(x), layer.eval().forward(x)];
      remove();
      expect(seen).toEqual(outputs.map((output) => [x, output]));
      expect(outputs).not.toContain(x);
    });
  });

  it('has no variables, and a line in a summary, which draws nothing', () => {
    const generator = new Generator(0);
    const layer = new Dropout(0.5, { generator });
    expect(layer).toBeInstanceOf(Module);
    expect(layer.stateDict()).toEqual({});
    expect(summary(new Sequential(layer), [4])).toContain('Dropout');
    expect(generator.stateDict()).toEqual(new Generator(0).stateDict());
    expect(layer.training).toBe(true);
    layer.dispose();
  });
});
