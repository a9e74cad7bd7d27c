import * as tf from '@tensorflow/tfjs-core';
import { describeBackends, expectAllClose } from '@trainkit/testing';
import { expect, it } from 'vitest';
import batches from '../goldens/batch-norm.json' with { type: 'json' };
import rows from '../goldens/layer-norm.json' with { type: 'json' };
import { BatchNorm, LayerNorm } from './index.js';

type Results = Readonly<Record<string, readonly number[] | undefined>>;
type Errors = Readonly<Record<string, number | undefined>>;

/**
 * Asserts a difference of at most 1e-5 of the scale of PyTorch's float64 results, or at most the
 * error of PyTorch's float32 if that is larger: for inputs far from zero or nearly constant. A
 * result of 0 may be up to 1e-6.
 */
function expectAsClose(name: string, actual: tf.Tensor, truth: Results, errors: Errors): void {
  const expected = truth[name];
  const error = errors[name];
  if (expected === undefined || error === undefined) throw new Error(`No golden ${name}`);
  const scale = Math.max(...expected.map(Math.abs));
  expectAllClose(actual, expected, { atol: Math.max(1e-5, error) * scale + 1e-6, rtol: 0 });
}

/** The output, and the gradients of the input and the existing parameters for dy. */
function backward(layer: BatchNorm | LayerNorm, x: tf.Tensor, dy: tf.Tensor): Record<string, tf.Tensor> {
  const parameters = { w: layer.weight, b: layer.bias };
  const named = Object.entries(parameters).flatMap(([name, value]) => (value ? [{ name, value }] : []));
  const { value, grads } = tf
    .engine()
    .gradients(() => layer.forward(x), [x, ...named.map(({ value }) => value)], dy, true);
  return {
    y: value,
    dx: grads[0]!,
    ...Object.fromEntries(named.map(({ name }, i) => [`d${name}`, grads[i + 1]!])),
  };
}

describeBackends('PyTorch’s numbers', () => {
  it.each(batches.cases)(
    'BatchNorm: $title',
    ({ title: _, shape, steps, options, truth, errors, ...given }) => {
      const layer = new BatchNorm(shape.at(-1)!, options);
      tf.tidy(() => {
        layer.weight?.assign(tf.tensor(given.weight));
        layer.bias?.assign(tf.tensor(given.bias));
        for (let step = 0; step <= steps; step++) {
          layer.train(step < steps);
          const x = tf.tensor(given.x[step]!, shape);
          const results = backward(layer, x, tf.tensor(given.dy[step]!, shape));
          expect(results['y']!.shape).toEqual(shape);
          for (const [name, value] of Object.entries({
            ...results,
            mean: layer.runningMean,
            var: layer.runningVar,
          })) {
            expectAsClose(`${name}${step}`, value, truth, errors);
          }
        }
      });
      expect(layer.numBatchesTracked.dataSync()[0]).toBe(steps);
      layer.dispose();
    },
  );

  it.each(rows.cases)(
    'LayerNorm: $title',
    ({ shape, normalized_shape, options, truth, errors, ...given }) => {
      const { elementwise_affine: elementwiseAffine = true, ...rest } = options;
      const layer = new LayerNorm(normalized_shape, { elementwiseAffine, ...rest });
      tf.tidy(() => {
        layer.weight?.assign(tf.tensor(given.weight, normalized_shape));
        layer.bias?.assign(tf.tensor(given.bias, normalized_shape));
        const results = backward(layer, tf.tensor(given.x, shape), tf.tensor(given.dy, shape));
        expect(results['y']!.shape).toEqual(shape);
        expect(Object.keys(results).sort()).toEqual(Object.keys(truth).sort());
        for (const [name, value] of Object.entries(results)) expectAsClose(name, value, truth, errors);
      });
      layer.dispose();
    },
  );
});
