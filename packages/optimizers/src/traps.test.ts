import * as tf from '@tensorflow/tfjs-core';
import { describeBackends } from '@trainkit/testing';
import { expect, it } from 'vitest';
import { Adadelta, adam, SGD } from './index.js';

/**
 * Each trap of TensorFlow.js 4.22 that this package avoids, with what TensorFlow.js itself does
 * beside it.
 */

const variable = (value: number) => tf.tidy(() => tf.variable(tf.tensor1d([value])));

type Stepped = Pick<tf.Optimizer, 'applyGradients' | 'dispose'>;

/**
 * Returns two variables' values after steps with large and small gradients, the first left out of
 * the second step.
 */
function leavingOneOut(optimizer: Stepped): number[] {
  const [a, b] = [variable(0), variable(0)];
  tf.tidy(() => {
    const [large, small] = [tf.tensor1d([100]), tf.tensor1d([0.01])];
    optimizer.applyGradients({ [a.name]: large, [b.name]: small });
    optimizer.applyGradients({ [b.name]: small });
    optimizer.applyGradients({ [a.name]: large, [b.name]: small });
  });
  const ends = [a, b].map((one) => one.dataSync()[0]!);
  optimizer.dispose();
  tf.dispose([a, b]);
  return ends;
}

describeBackends('a trap', () => {
  it('moments by position: TensorFlow.js gives one variable’s to another', () => {
    const [, stock] = leavingOneOut(tf.train.adam(0.1, 0.9, 0.999, 1e-8));
    const [, ours] = leavingOneOut(adam({ learningRate: 0.1 }));
    // Equal gradients make Adam's steps equal to the rate: three of them.
    expect(ours).toBeCloseTo(-0.3, 5);
    expect(Math.abs(stock! + 0.3)).toBeGreaterThan(0.01);
  });

  it('no learning-rate setter: Adam of TensorFlow.js has no accessor, ours has', () => {
    const stock = tf.train.adam(0.1);
    expect('setLearningRate' in stock || hasSetter(stock, 'learningRate')).toBe(false);
    stock.dispose();
    const ours = adam({ learningRate: 0.1 });
    expect(hasSetter(ours, 'learningRate')).toBe(true);
    ours.learningRate = 0.2;
    expect([ours.learningRate, ours.paramGroups[0]!.learningRate]).toEqual([0.2, 0.2]);
    ours.dispose();
  });

  it('setMomentum without effect: ours takes the momentum that is set', () => {
    const ends = [true, false].map((set) => {
      const [x, y] = [variable(0), variable(0)];
      const stock = tf.train.momentum(0.5, 0);
      const ours = new SGD([y], { learningRate: 0.5, momentum: 0 });
      if (set) {
        stock.setMomentum(0.9);
        ours.paramGroups[0]!.momentum = 0.9;
      }
      for (let i = 0; i < 2; i++) {
        tf.tidy(() => stock.applyGradients([{ name: x.name, tensor: tf.tensor1d([1]) }]));
        tf.tidy(() => ours.applyGradients({ [y.name]: tf.tensor1d([1]) }));
      }
      const values = [x, y].map((one) => one.dataSync()[0]!);
      tf.dispose([x, y]);
      ours.dispose();
      disposeMomentum(stock);
      return values;
    });
    const [[stockSet, oursSet], [stock, ours]] = ends as [[number, number], [number, number]];
    expect(stockSet).toBe(stock);
    expect([oursSet, ours]).toEqual([-1.45, -1].map(Math.fround));
  });

  it('a leak in dispose: MomentumOptimizer keeps a tensor, ours none', () => {
    const before = tf.memory().numTensors;
    const stock = tf.train.momentum(0.5, 0.9);
    stock.dispose();
    expect(tf.memory().numTensors).toBe(before + 1);
    disposeMomentum(stock);
    const x = variable(0);
    const ours = new SGD([x], { learningRate: 0.5, momentum: 0.9 });
    tf.tidy(() => ours.applyGradients({ [x.name]: tf.tensor1d([1]) }));
    ours.dispose();
    x.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('averages of the step before: Adadelta of TensorFlow.js divides by them, ours by the new ones', () => {
    const [x, y] = [variable(0), variable(0)];
    const stock = tf.train.adadelta(1, 0.9, 1e-6);
    const ours = new Adadelta([y]);
    tf.tidy(() => stock.applyGradients([{ name: x.name, tensor: tf.tensor1d([10]) }]));
    tf.tidy(() => ours.applyGradients({ [y.name]: tf.tensor1d([10]) }));
    // The first step is √eps / √(0.1 · 10² + eps) · 10; divided by √eps instead, it is the
    // gradient.
    expect(y.dataSync()[0]).toBeCloseTo(-Math.sqrt(1e-5), 6);
    expect(x.dataSync()[0]).toBeCloseTo(-10, 6);
    tf.dispose([x, y]);
    stock.dispose();
    ours.dispose();
  });

  it('eps: TensorFlow.js’ default is 1e-7 on float32 backends, ours PyTorch’s', () => {
    const ours = adam();
    expect(ours.paramGroups[0]!.eps).toBe(1e-8);
    expect(tf.backend().epsilon()).toBe(1e-7);
    ours.dispose();
  });
});

function hasSetter(value: object, name: string): boolean {
  for (let at: object | null = value; at !== null; at = Object.getPrototypeOf(at)) {
    if (Object.getOwnPropertyDescriptor(at, name)?.set !== undefined) return true;
  }
  return false;
}

/** Frees the scalars that TensorFlow.js forgets. */
function disposeMomentum(optimizer: object): void {
  optimizerDispose(optimizer);
  for (const value of Object.values(optimizer))
    if (value instanceof tf.Tensor && !value.isDisposed) value.dispose();
}

function optimizerDispose(optimizer: object): void {
  if ('accumulations' in optimizer && 'dispose' in optimizer && typeof optimizer.dispose === 'function') {
    optimizer.dispose();
  }
}
