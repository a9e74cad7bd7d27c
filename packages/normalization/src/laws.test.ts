import * as tf from '@tensorflow/tfjs-core';
import { Sequential } from '@trainkit/nn';
import { Generator } from '@trainkit/random';
import { describeBackends, describeLayer, expectAllClose } from '@trainkit/testing';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { BatchNorm, LayerNorm } from './index.js';

const shapes = [
  [4, 3],
  [2, 5, 3],
  [2, 2, 3, 3],
].map((shape) => ({ inputs: [shape], output: shape }));
const refused = { inputs: () => [tf.zeros([4, 2])], message: 'last dimension' };
const network = (layer: BatchNorm | LayerNorm) => new Sequential(layer);

/** (x − mean) / √(variance + eps) · weight + bias, over the dimensions of the statistics. */
function normalized(
  layer: BatchNorm | LayerNorm,
  x: tf.Tensor,
  mean: tf.Tensor,
  variance: tf.Tensor,
): tf.Tensor {
  const scaled = tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, layer.eps)));
  return tf.add(tf.mul(scaled, layer.weight ?? 1), layer.bias ?? 0);
}

const STATISTICS = ['running_mean', 'running_var', 'num_batches_tracked'];
const batchNorms: [title: string, make: () => BatchNorm, keys: string[]][] = [
  ['BatchNorm', () => new BatchNorm(3), ['weight', 'bias', ...STATISTICS]],
  ['BatchNorm without parameters', () => new BatchNorm(3, { affine: false }), STATISTICS],
  ['BatchNorm, averaging', () => new BatchNorm(3, { momentum: null }), ['weight', 'bias', ...STATISTICS]],
];
for (const [title, make, keys] of batchNorms) {
  describeLayer(title, {
    make,
    keys,
    shapes,
    network,
    refused,
    composite: (layer, x) => {
      if (!layer.training) return normalized(layer, x, layer.runningMean, layer.runningVar);
      const { mean, variance } = tf.moments(x, [...x.shape.keys()].slice(0, -1));
      return normalized(layer, x, mean, variance);
    },
  });
}

const layerNorms: [title: string, make: () => LayerNorm, keys: string[]][] = [
  ['LayerNorm', () => new LayerNorm(3), ['weight', 'bias']],
  ['LayerNorm without a bias', () => new LayerNorm([3], { bias: false }), ['weight']],
  ['LayerNorm without parameters', () => new LayerNorm(3, { elementwiseAffine: false }), []],
];
for (const [title, make, keys] of layerNorms) {
  describeLayer(title, {
    make,
    keys,
    shapes,
    network,
    refused,
    composite: (layer, x) => {
      const { mean, variance } = tf.moments(x, -1, true);
      return normalized(layer, x, mean, variance);
    },
  });
}

const normal = (shape: number[], seed = 0, mean = 0, std = 1) =>
  tf.tensor(new Generator(seed).normal(tf.util.sizeFromShape(shape), mean, std), shape);
const numbers = (x: tf.Tensor) => Array.from(x.dataSync());
/** The sum in double precision. */
const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
const state = (layer: BatchNorm | LayerNorm) => Object.values(layer.stateDict()).map(numbers);

describeBackends('BatchNorm', () => {
  it('gives each channel mean 0 and variance 1 (except for eps), whatever its mean was', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 40 }),
        fc.double({ min: -1e3, max: 1e3, noNaN: true }),
        fc.double({ min: 0.1, max: 100, noNaN: true }),
        fc.integer(),
        (rows, mean, std, seed) => {
          const eps = 1e-12;
          const layer = new BatchNorm(3, { affine: false, eps });
          tf.tidy(() => {
            const x = normal([rows, 3], seed, mean, std);
            const { mean: middle, variance } = tf.moments(layer.forward(x), 0);
            // Two rows may differ by only 1e-5, where eps matters.
            const expected = columnVariances(numbers(x), 3).map((before) => before / (before + eps));
            // Inputs near 1e3 are 6e-5 apart, beside a standard deviation of 0.1, or less for two
            // rows.
            expectAllClose(middle, [0, 0, 0], { atol: 1e-5 });
            expectAllClose(variance, expected, { atol: 1e-5 });
          });
          layer.dispose();
        },
      ),
      { numRuns: 30 },
    );
  });

  it('updates its statistics once a call, also inside gradients of gradients, and not in evaluation', () => {
    const layer = new BatchNorm(3);
    tf.tidy(() => {
      const x = normal([4, 3]);
      const objective = (at: tf.Tensor) => tf.sum(tf.pow(layer.forward(at), 3));
      const [count, mean] = [layer.numBatchesTracked, layer.runningMean];
      layer.forward(x);
      const once = numbers(mean);
      mean.assign(tf.zeros([3]));
      tf.grad(objective)(x);
      expectAllClose(mean, once);
      expect(numbers(count)).toEqual([2]);
      mean.assign(tf.zeros([3]));
      tf.grad((at) => tf.sum(tf.square(tf.grad(objective)(at))))(x);
      expectAllClose(mean, once);
      expect(numbers(count)).toEqual([3]);
      const frozen = state(layer);
      layer.eval().forward(x);
      tf.grad(objective)(x);
      expect(state(layer)).toEqual(frozen);
    });
    layer.dispose();
  });

  it.each([[[50_000, 2]], [[50, 40, 25, 2]]])('keeps its precision over 50,000 rows: %o', (shape) => {
    const layer = new BatchNorm(2, { momentum: 1 });
    tf.tidy(() => {
      const [x, dy] = [normal(shape, 1, 3, 1), normal(shape, 2, 1, 1)];
      const parameters = layer.parameters();
      const { grads } = tf.engine().gradients(() => layer.forward(x), parameters, dy, true);
      const [values, slopes] = [x.dataSync(), dy.dataSync()];
      for (const channel of [0, 1]) {
        const column = (all: ArrayLike<number>) => Array.from(all).filter((_, i) => i % 2 === channel);
        const [inputs, outer] = [column(values), column(slopes)];
        const mean = total(inputs) / inputs.length;
        const squares = total(inputs.map((value) => (value - mean) ** 2));
        const scale = 1 / Math.sqrt(squares / inputs.length + 1e-5);
        const dWeight = total(inputs.map((value, i) => (value - mean) * scale * outer[i]!));
        // Sums one by one in float32, or by TensorFlow's FusedBatchNormV3, have an error of 1e-5.
        const closeness = { rtol: 2e-6, atol: 0 };
        expectAllClose(numbers(layer.runningMean)[channel]!, mean, closeness);
        expectAllClose(numbers(layer.runningVar)[channel]!, squares / (inputs.length - 1), closeness);
        expectAllClose(numbers(grads[1]!)[channel]!, total(outer), closeness);
        // Terms of both signs with a small sum: 2e-7 of Σ |term|, which is near 50,000.
        expectAllClose(numbers(grads[0]!)[channel]!, dWeight, { rtol: 0, atol: 0.01 });
      }
    });
    layer.dispose();
  });

  it('averages variances far below the 1 that they start from', () => {
    const [layer, last] = [new BatchNorm(3, { momentum: null }), new BatchNorm(3, { momentum: 1 })];
    tf.tidy(() => {
      let sums = [0, 0, 0];
      for (const count of [1, 2, 3, 4]) {
        const x = normal([8, 3], count, 0, 1e-5);
        layer.forward(x);
        last.forward(x);
        const variances = numbers(last.runningVar);
        sums = sums.map((sum, channel) => sum + variances[channel]!);
        const mean = sums.map((sum) => sum / count);
        expectAllClose(layer.runningVar, mean, { rtol: 1e-6, atol: 0 });
      }
    });
    layer.dispose();
    last.dispose();
  });

  it('refuses one value per channel in training, and evaluates it', () => {
    const layer = new BatchNorm(3);
    tf.tidy(() => {
      const one = tf.ones([1, 1, 3]);
      expect(() => layer.forward(one)).toThrow(
        'batchNorm: Expected more than 1 value per channel when training, got input size [1, 1, 3]. ' +
          'Give batches of 2 examples or more (drop the last one where it is smaller), or evaluate: layer.eval().',
      );
      expect(numbers(layer.numBatchesTracked)).toEqual([0]);
      expectAllClose(layer.eval().forward(one), [1, 1, 1], { atol: 1e-5 });
    });
    layer.dispose();
  });
});

describeBackends('LayerNorm', () => {
  it('does not see shift and scale of a row', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 100 }),
        fc.double({ min: -100, max: 100, noNaN: true }),
        fc.double({ min: 0.5, max: 100, noNaN: true }),
        fc.integer(),
        (columns, shift, factor, seed) => {
          const layer = new LayerNorm(columns, { elementwiseAffine: false, eps: 1e-12 });
          tf.tidy(() => {
            const x = normal([3, columns], seed);
            const y = layer.forward(tf.add(tf.mul(x, factor), shift));
            // Adding 100 to numbers near 0.5 rounds them to multiples of about 8e-6, a larger share
            // of rows that hardly vary.
            const spread = Math.min(...numbers(tf.moments(x, 1).variance)) ** 0.5;
            expectAllClose(y, layer.forward(x), { atol: 4e-5 / spread, rtol: 1e-4 });
          });
          layer.dispose();
        },
      ),
      { numRuns: 30 },
    );
  });
});

/** The biased variance of each column, in double precision. */
function columnVariances(values: readonly number[], columns: number): number[] {
  return Array.from({ length: columns }, (_, column) => {
    const own = values.filter((_, i) => i % columns === column);
    const mean = own.reduce((sum, value) => sum + value, 0) / own.length;
    return own.reduce((sum, value) => sum + (value - mean) ** 2, 0) / own.length;
  });
}
