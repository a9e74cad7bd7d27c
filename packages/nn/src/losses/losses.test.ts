import * as tf from '@tensorflow/tfjs-core';
import { describeBackends, expectAllClose } from '@trainkit/testing';
import { expect, it } from 'vitest';
import golden from '../../goldens/losses.json' with { type: 'json' };
import {
  binaryCrossEntropy,
  binaryCrossEntropyWithLogits,
  crossEntropy,
  huberLoss,
  klDiv,
  l1Loss,
  mseLoss,
  nllLoss,
  smoothL1Loss,
} from '../index.js';

type AnyLoss = (x: tf.Tensor, target: tf.Tensor, options: { reduction?: 'mean' }) => tf.Tensor;

/** The losses, by PyTorch's names. */
const LOSSES: Record<string, AnyLoss> = {
  cross_entropy: crossEntropy,
  nll_loss: nllLoss,
  mse_loss: mseLoss,
  l1_loss: l1Loss,
  smooth_l1_loss: smoothL1Loss,
  huber_loss: huberLoss,
  binary_cross_entropy: binaryCrossEntropy,
  binary_cross_entropy_with_logits: binaryCrossEntropyWithLogits,
  kl_div: klDiv,
};

type Golden = { shape: number[]; values: (number | string)[] };

/** Parses numbers of JSON, in which NaN and infinities are strings. */
const numbers = (values: readonly (number | string)[]) => values.map(Number);
const tensor = ({ shape, values }: Golden, dtype: 'float32' | 'int32' = 'float32') =>
  tf.tensor(numbers(values), shape, dtype);

/** The options with their tensors, such as weights, made from the goldens. */
const withTensors = (options: object) =>
  Object.fromEntries(
    Object.entries(options).map(([name, value]) => [
      name,
      typeof value === 'object' ? tensor(value as Golden) : value,
    ]),
  );

/** About 8 roundings of float32 in PyTorch or here, of terms up to 10 that may cancel. */
const CLOSENESS = { atol: 2e-6, rtol: 2e-6 };

describeBackends('losses', () => {
  it.each(golden.cases.map((row) => ({ ...row, called: `${row.name}, ${row.title}` })))(
    'are PyTorch’s, gradients too: $called',
    ({ name, x, labels, target, options, loss, factors, gradient, second }) => {
      tf.tidy(() => {
        const given = withTensors(options);
        const f = (...[at, to]: tf.Tensor[]) => LOSSES[name]!(at!, to!, given);
        const inputs = [tensor(x), tensor(target, labels ? 'int32' : 'float32')];
        const value = f(...inputs);
        expect(value.shape).toEqual(loss.shape);
        expectAllClose(value, numbers(loss.values), CLOSENESS);
        const dy = tensor(factors);
        expectAllClose(tf.grad((at) => f(at, inputs[1]!))(inputs[0]!, dy), numbers(gradient), CLOSENESS);
        if (second === null) return;
        expectAllClose(tf.grad((to) => f(inputs[0]!, to))(inputs[1]!, dy), numbers(second), CLOSENESS);
      });
    },
  );
});

describeBackends('losses of an empty batch', () => {
  const empty = Object.entries(LOSSES).flatMap(([name, loss]) =>
    (['mean', 'sum', 'none'] as const).map((reduction) => ({ name, loss, reduction })),
  );
  it.each(empty)(
    '$name, $reduction: NaN, 0 or nothing, and an empty gradient',
    ({ name, loss, reduction }) => {
      tf.tidy(() => {
        // Memory that was in use, so that an uninitialized result shows.
        tf.dispose(tf.fill([100], 7));
        const x = tf.zeros([0, 3]);
        const isLabelled = name === 'nll_loss' || name === 'cross_entropy';
        const target = isLabelled ? tf.zeros([0], 'int32') : tf.zeros([0, 3]);
        const f = (at: tf.Tensor) => loss(at, target, { reduction: reduction as 'mean' });
        const value = f(x);
        const shape = isLabelled ? [0] : [0, 3];
        expect(value.shape).toEqual(reduction === 'none' ? shape : []);
        expectAllClose(value, { mean: [Number.NaN], sum: [0], none: [] }[reduction]);
        expect(tf.grad(f)(x).shape).toEqual([0, 3]);
      });
    },
  );

  it('klDiv, batchmean: NaN, as PyTorch’s', () => {
    tf.tidy(() => {
      expectAllClose(klDiv(tf.zeros([0, 3]), tf.zeros([0, 3]), { reduction: 'batchmean' }), [Number.NaN]);
    });
  });
});
