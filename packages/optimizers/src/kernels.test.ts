import * as tf from '@tensorflow/tfjs-core';
import { describeBackends, describeKernel, expectAllClose } from '@trainkit/testing';
import { expect, it } from 'vitest';
import { adamStep } from './algorithms/adam.kernel.js';
import { rpropStep } from './algorithms/rprop.kernel.js';
import { sgdStep } from './algorithms/sgd.kernel.js';
import { norm } from './norm.kernel.js';

/** Numbers of size 0.6 to 1.1: near 0 a root or a maximum has no derivative to compare. */
const numbers = (seed: number, shape: number[]) =>
  tf.tensor(
    Array.from(
      { length: tf.util.sizeFromShape(shape) },
      (_, i) => (i % 2 === 0 ? 1 : -1) * (0.6 + 0.1 * ((i + seed) % 6)),
    ),
    shape,
  );
/** Signs in threes, so that gradients keep theirs here and change them there. */
const signs = (shape: number[]) =>
  Array.from({ length: tf.util.sizeFromShape(shape) }, (_, i) => [1, -1, 0][i % 3]!);
const squares = (seed: number, shape: number[]) => tf.square(numbers(seed, shape));

/** Less than the vectors of every backend, and more, and no multiple of them. */
const shapes = [
  [2, 3],
  [7, 19],
];

const plain = {
  momentum: 0,
  dampening: 0,
  nesterov: false,
  weightDecay: 0,
  maximize: false,
  inPlace: false,
};
const momentum = { ...plain, momentum: 0.9, weightDecay: 0.2, maximize: true };
const sgdInputs = (shape: number[]) => ({
  parameter: numbers(0, shape),
  gradient: numbers(1, shape),
  learningRate: tf.scalar(0.1),
});
const withBuffer = (shape: number[]) => ({ ...sgdInputs(shape), momentum_buffer: numbers(2, shape) });

describeKernel(
  sgdStep,
  [
    { title: 'plain', make: sgdInputs, attrs: plain },
    { title: 'decay, uphill', make: sgdInputs, attrs: { ...plain, weightDecay: 0.2, maximize: true } },
    { title: 'momentum, first step', make: sgdInputs, attrs: momentum },
    { title: 'momentum', make: withBuffer, attrs: momentum },
    { title: 'momentum, dampened', make: withBuffer, attrs: { ...momentum, dampening: 0.3 } },
    { title: 'nesterov', make: withBuffer, attrs: { ...momentum, nesterov: true } },
  ].flatMap(({ title, make, attrs }) =>
    shapes.map((shape) => ({ title: `${title}, [${shape}]`, inputs: () => make(shape), attrs })),
  ),
);

const adam = {
  beta1: 0.9,
  beta2: 0.99,
  meanWeight: 1 - 0.9,
  squareWeight: 1 - 0.99,
  weightDecay: 0,
  maximize: false,
  inPlace: false,
};
/** The weights of TensorFlow's own op, which runs on tfjs-node for them alone. */
const fused = { ...adam, meanWeight: 1 - Math.fround(0.9), squareWeight: 1 - Math.fround(0.99) };
const small = { ...adam, beta1: 0.3, meanWeight: 0.7, weightDecay: 0.1, maximize: true };
const adamInputs = (shape: number[]) => ({
  parameter: numbers(0, shape),
  gradient: numbers(1, shape),
  exp_avg: numbers(2, shape),
  exp_avg_sq: squares(3, shape),
  rate: tf.scalar(0.05),
  eps: tf.scalar(0.005),
});
const shrinking = (shape: number[]) => ({ ...adamInputs(shape), shrink: tf.scalar(0.99) });
describeKernel(
  adamStep,
  [
    { title: 'plain', make: adamInputs, attrs: adam },
    { title: 'decoupled decay', make: shrinking, attrs: adam },
    { title: 'the weights of TensorFlow’s op', make: shrinking, attrs: fused },
    { title: 'β1 below 0.5, decay, uphill', make: shrinking, attrs: small },
  ].flatMap(({ title, make, attrs }) =>
    shapes.map((shape) => ({ title: `${title}, [${shape}]`, inputs: () => make(shape), attrs })),
  ),
);

// Their gradients do not exist: the second one of tf.maximum, and that of tf.less.
const without = {
  AMSGrad: (shape: number[]) => ({ ...adamInputs(shape), max_exp_avg_sq: squares(0, shape) }),
  'RAdam, adapted': (shape: number[]) => ({ ...shrinking(shape), adapts: tf.scalar(1) }),
  'RAdam, not yet adapted': (shape: number[]) => ({ ...adamInputs(shape), adapts: tf.scalar(0) }),
};

describeBackends('a step of', () => {
  it.each(
    Object.entries(without).flatMap(([title, make]) =>
      [adam, fused, small].flatMap((attrs) => shapes.map((shape) => ({ title, make, shape, attrs }))),
    ),
  )('$title gives the composite’s outputs, $shape, $attrs.meanWeight', ({ make, shape, attrs }) => {
    tf.tidy(() => {
      const inputs = make(shape);
      const expected = adamStep.composite(inputs, attrs);
      const outputs = adamStep(inputs, attrs);
      expect(outputs).toHaveLength(expected.length);
      outputs.forEach((output, i) => {
        expect(output.shape).toEqual(expected[i]!.shape);
        expectAllClose(output, expected[i]!, { atol: 0, rtol: 1e-6 });
      });
    });
  });
});

// Steps by signs have no slope to compare: only outputs, to the bit.
describeBackends('Rprop', () => {
  it.each([true, false].flatMap((maximize) => shapes.map((shape) => ({ shape, maximize }))))(
    'gives the composite’s outputs, $shape, maximize $maximize',
    ({ shape, maximize }) => {
      tf.tidy(() => {
        const some = [0, -0, Number.NaN, Number.POSITIVE_INFINITY, 1e-30, -1e-30];
        const special = tf.tensor(
          Array.from({ length: tf.util.sizeFromShape(shape) }, (_, i) => some[(i * 5) % 7] ?? (i % 2) - 0.5),
          shape,
        );
        const attrs = { minus: 0.5, plus: 1.2, smallest: 1e-6, largest: 0.9, maximize };
        for (const gradient of [special, numbers(1, shape), numbers(2, shape)]) {
          const inputs = () => ({
            parameter: numbers(0, shape),
            gradient: gradient.clone(),
            prev: tf.mul(numbers(3, shape), tf.tensor(signs(shape), shape)),
            step_size: squares(3, shape),
          });
          const expected = rpropStep.composite(inputs(), attrs).map((output) => [...output.dataSync()]);
          expect(rpropStep(inputs(), attrs).map((output) => [...output.dataSync()])).toEqual(expected);
        }
      });
    },
  );
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

describeBackends('the steps', () => {
  /** The tensors of a first step of Adam; the scalars are those of the rate 0.1. */
  const firstStep = (parameter: number[], gradient: number[]) => ({
    parameter: tf.tensor1d(parameter),
    gradient: tf.tensor1d(gradient),
    exp_avg: tf.zeros([parameter.length]),
    exp_avg_sq: tf.zeros([parameter.length]),
    rate: tf.scalar(Math.sqrt(1 - 0.99)),
    eps: tf.scalar(1e-8 * Math.sqrt(1 - 0.99)),
  });

  it('do what the formulas say, and make new tensors of what they are given', () => {
    tf.tidy(() => {
      const [parameter, gradient] = [tf.tensor1d([1, -2]), tf.tensor1d([0.5, 4])];
      const learningRate = tf.scalar(0.1);
      expectAllClose(sgdStep({ parameter, gradient, learningRate }, plain)[0], [0.95, -2.4]);
      const dampened = { ...plain, momentum: 0.5, dampening: 0.9 };
      const [, buffer] = sgdStep({ parameter, gradient, learningRate }, dampened);
      expectAllClose(buffer!, [0.5, 4]);
      expect(buffer!.id).not.toBe(gradient.id);
      // The first step of Adam is the rate, whatever the gradient.
      const first = { ...firstStep([1, -2], [0.5, 4]), parameter, gradient };
      expectAllClose(adamStep(first, adam)[0], [0.9, -2.1]);
      expectAllClose(adamStep({ ...first, shrink: tf.scalar(0.9) }, adam)[0], [0.8, -1.9]);
      const [, , , largest] = adamStep({ ...first, max_exp_avg_sq: tf.tensor1d([1, 0]) }, adam);
      expectAllClose(largest!, [1, 0.16]);
      expect([...parameter.dataSync(), ...gradient.dataSync()]).toEqual([1, -2, 0.5, 4]);
    });
  });

  it('take gradients whose squares are beyond float32', () => {
    tf.tidy(() => {
      for (const more of [{}, { max_exp_avg_sq: tf.zeros([1]) }]) {
        const [parameter, , square] = adamStep({ ...firstStep([1], [1e20]), ...more }, adam);
        expectAllClose(parameter, [0.9]);
        expectAllClose(square, [1e38], { atol: 0, rtol: 1e-6 });
      }
    });
  });

  it('keep a NaN, in the largest square and in a mean of which nothing is to stay, as PyTorch', () => {
    tf.tidy(() => {
      const [nan, one] = [tf.tensor1d([Number.NaN]), tf.tensor1d([1])];
      const tensors = { ...firstStep([1], [1]), exp_avg: nan, exp_avg_sq: nan, max_exp_avg_sq: one };
      const [, mean, , largest] = adamStep(tensors, { ...adam, beta1: 0, meanWeight: 1 });
      expect([...mean.dataSync(), ...largest!.dataSync()]).toEqual([Number.NaN, Number.NaN]);
    });
  });
});
