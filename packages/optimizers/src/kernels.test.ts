import * as tf from '@tensorflow/tfjs-core';
import { describeBackends, describeKernel, expectAllClose } from '@trainkit/testing';
import { expect, it } from 'vitest';
import { adamAmsgradStep, adamStep } from './adam.kernel.js';
import { adamUpdate, adamwUpdate, sgdUpdate } from './index.js';
import { norm } from './norm.kernel.js';
import { sgdMomentumStep, sgdStep } from './sgd.kernel.js';

/** Numbers of size 0.6 to 1.1: near 0 a root or a maximum has no derivative to compare. */
const numbers = (seed: number, shape: number[]) =>
  tf.tensor(
    Array.from(
      { length: tf.util.sizeFromShape(shape) },
      (_, i) => (i % 2 === 0 ? 1 : -1) * (0.6 + 0.1 * ((i + seed) % 6)),
    ),
    shape,
  );
const squares = (seed: number, shape: number[]) => tf.square(numbers(seed, shape));

/** Less than the vectors of every backend, and more, and no multiple of them. */
const shapes = [
  [2, 3],
  [7, 19],
];

const sgd = { weightDecay: 0.2, maximize: true, inPlace: false };
const momentum = { ...sgd, momentum: 0.9, bufferWeight: 0.9, gradientWeight: 0.7, nesterov: false };
const adam = {
  beta1: 0.9,
  beta2: 0.99,
  weightDecay: 0,
  maximize: false,
  inPlace: false,
};
const adamInputs = (shape: number[]) => ({
  parameter: numbers(0, shape),
  gradient: numbers(1, shape),
  expAvg: numbers(2, shape),
  expAvgSq: squares(3, shape),
  rate: tf.scalar(0.05),
  eps: tf.scalar(0.005),
  shrink: tf.scalar(0.99),
});

describeKernel(
  sgdStep,
  [{ ...sgd, weightDecay: 0 }, sgd].flatMap((attrs) =>
    shapes.map((shape) => ({
      title: `decay ${attrs.weightDecay}, [${shape}]`,
      inputs: () => ({
        parameter: numbers(0, shape),
        gradient: numbers(1, shape),
        learningRate: tf.scalar(0.1),
      }),
      attrs,
    })),
  ),
);

describeKernel(
  sgdMomentumStep,
  [momentum, { ...momentum, nesterov: true }, { ...momentum, bufferWeight: 0 }].flatMap((attrs) =>
    shapes.map((shape) => ({
      title: `nesterov ${attrs.nesterov}, buffer ${attrs.bufferWeight}, [${shape}]`,
      inputs: () => ({
        parameter: numbers(0, shape),
        gradient: numbers(1, shape),
        buffer: numbers(2, shape),
        learningRate: tf.scalar(0.1),
      }),
      attrs,
    })),
  ),
);

describeKernel(
  adamStep,
  [adam, { ...adam, beta1: 0.3, weightDecay: 0.1, maximize: true }].flatMap((attrs) =>
    shapes.map((shape) => ({
      title: `β1 ${attrs.beta1}, [${shape}]`,
      inputs: () => adamInputs(shape),
      attrs,
    })),
  ),
);

// Its second gradient does not exist: TensorFlow.js' own maximum has none.
describeBackends(adamAmsgradStep.kernelName, () => {
  it.each(shapes.map((shape) => ({ shape })))('gives the composite’s outputs, $shape', ({ shape }) => {
    tf.tidy(() => {
      const inputs = { ...adamInputs(shape), maxExpAvgSq: squares(0, shape) };
      const expected = adamAmsgradStep.composite(inputs, adam);
      adamAmsgradStep(inputs, adam).forEach((output, i) => {
        expect(output.shape).toEqual(expected[i]!.shape);
        expectAllClose(output, expected[i]!, { atol: 0, rtol: 1e-6 });
      });
    });
  });
});

describeKernel(
  norm,
  ([1, 2] as const).flatMap((normType) =>
    shapes.map((shape) => ({
      title: `norm ${normType}, [${shape}]`,
      inputs: () => ({ x: numbers(0, shape) }),
      attrs: { normType },
    })),
  ),
);

describeBackends('the updates as functions', () => {
  it('do what the formulas say, and make new tensors of what they are given', () => {
    tf.tidy(() => {
      const [parameter, gradient] = [tf.tensor1d([1, -2]), tf.tensor1d([0.5, 4])];
      const zeros = tf.zeros([2]);
      const moments = { parameter, gradient, expAvg: zeros, expAvgSq: zeros };
      expectAllClose(sgdUpdate({ parameter, gradient }, { learningRate: 0.1 }).parameter, [0.95, -2.4]);
      const first = sgdUpdate({ parameter, gradient }, { learningRate: 0.1, momentum: 0.5, dampening: 0.9 });
      expectAllClose(first.momentumBuffer!, [0.5, 4]);
      expect(first.momentumBuffer!.id).not.toBe(gradient.id);
      // The first step of Adam is the rate, whatever the gradient.
      expectAllClose(adamUpdate(moments, { step: 1, learningRate: 0.1 }).parameter, [0.9, -2.1]);
      expectAllClose(
        adamwUpdate(moments, { step: 1, learningRate: 0.1, weightDecay: 1 }).parameter,
        [0.8, -1.9],
      );
      const { maxExpAvgSq } = adamwUpdate({ ...moments, maxExpAvgSq: tf.tensor1d([1, 0]) }, { step: 1 });
      expectAllClose(maxExpAvgSq!, [1, 0.016]);
      expect([...parameter.dataSync(), ...gradient.dataSync()]).toEqual([1, -2, 0.5, 4]);
    });
  });

  it('take gradients whose squares are beyond float32', () => {
    tf.tidy(() => {
      const zero = tf.tensor1d([0]);
      const start = {
        parameter: tf.tensor1d([1]),
        gradient: tf.tensor1d([1e20]),
        expAvg: zero,
        expAvgSq: zero,
      };
      for (const more of [{}, { maxExpAvgSq: zero }]) {
        const { parameter, expAvgSq } = adamUpdate({ ...start, ...more }, { step: 1, learningRate: 0.1 });
        expectAllClose(parameter, [0.9]);
        expectAllClose(expAvgSq, [1e37], { atol: 0, rtol: 1e-6 });
      }
    });
  });

  it('keep a NaN, in the largest square and in a mean of which nothing is to stay, as PyTorch', () => {
    tf.tidy(() => {
      const [nan, one] = [tf.tensor1d([Number.NaN]), tf.tensor1d([1])];
      const tensors = { parameter: one, gradient: one, expAvg: nan, expAvgSq: nan, maxExpAvgSq: one };
      const { expAvg, maxExpAvgSq } = adamUpdate(tensors, { step: 2, betas: [0, 0.9] });
      expect([...expAvg.dataSync(), ...maxExpAvgSq!.dataSync()]).toEqual([Number.NaN, Number.NaN]);
    });
  });
});
