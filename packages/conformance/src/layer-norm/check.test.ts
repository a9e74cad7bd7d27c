import * as tf from '@tensorflow/tfjs-core';
import { describeBackends } from '@trainkit/testing';
import { expect, test } from 'vitest';
import { frozen } from '../../fixtures/frozen.js';
import { functionalLayerNorm, LayerNorm } from '../../fixtures/layer-norms.js';
import { expectFlawless, expectOnly, type Mistaken } from '../../fixtures/mistaken.js';
import { mistakes } from '../mistakes.js';
import { checkLayerNorm } from './check.js';
import { LAYER_NORM_HYPOTHESES } from './model.js';

const WRONG: readonly Mistaken[] = [
  [
    'epsilon-squared',
    '',
    class extends LayerNorm {
      override denominator(variance: tf.Tensor) {
        return tf.sqrt(tf.add(variance, this.eps ** 2));
      }
    },
  ],
  [
    'affine-before-normalization',
    'the weight',
    class extends LayerNorm {
      override centre(x: tf.Tensor, mean: tf.Tensor) {
        return tf.sub(this.weight ? tf.mul(x, this.weight) : x, mean);
      }
      override affine(y: tf.Tensor) {
        return this.bias ? tf.add(y, this.bias) : y;
      }
    },
  ],
  [
    'unbiased-batch-variance',
    '',
    class extends LayerNorm {
      override variance(variance: tf.Tensor, x: tf.Tensor) {
        const count = x.size / variance.size;
        return tf.mul(variance, count / (count - 1));
      }
    },
  ],
  [
    'epsilon-outside-root',
    '',
    class extends LayerNorm {
      override denominator(variance: tf.Tensor) {
        return tf.add(tf.sqrt(variance), this.eps);
      }
    },
  ],
  [
    'epsilon-ignored',
    '',
    class extends LayerNorm {
      override denominator(variance: tf.Tensor) {
        return tf.sqrt(variance);
      }
    },
  ],
  [
    'variance-without-root',
    '',
    class extends LayerNorm {
      override denominator(variance: tf.Tensor) {
        return tf.add(variance, this.eps);
      }
    },
  ],
  [
    'mean-not-subtracted',
    '',
    class extends LayerNorm {
      override centre(x: tf.Tensor) {
        return x;
      }
    },
  ],
  [
    'affine-ignored',
    'both',
    class extends LayerNorm {
      override affine(y: tf.Tensor) {
        return y;
      }
    },
  ],
  [
    'affine-ignored',
    'the weight',
    class extends LayerNorm {
      override affine(y: tf.Tensor) {
        return this.bias ? tf.add(y, this.bias) : y;
      }
    },
  ],
  [
    'affine-ignored',
    'the bias',
    class extends LayerNorm {
      override affine(y: tf.Tensor) {
        return this.weight ? tf.mul(y, this.weight) : y;
      }
    },
  ],
  [
    'wrong-axis',
    'the batch',
    class extends LayerNorm {
      override axes() {
        return [0];
      }
    },
  ],
  [
    'wrong-axis',
    'all',
    class extends LayerNorm {
      override axes(x: tf.Tensor) {
        return x.shape.map((_, i) => i);
      }
    },
  ],
  [
    'wrong-axis',
    'all but the batch',
    class extends LayerNorm {
      override axes(x: tf.Tensor) {
        return x.shape.slice(1).map((_, i) => i + 1);
      }
    },
  ],
  [
    'last-axis-only',
    '',
    class extends LayerNorm {
      override axes() {
        return [-1];
      }
    },
  ],
  [
    'last-axis-only',
    'by refusing the rest',
    class extends LayerNorm {
      override axes() {
        if (this.normalizedShape.length > 1) throw new Error('one number, please');
        return [-1];
      }
    },
  ],
  [
    'detached-statistics',
    'the mean',
    class extends LayerNorm {
      override centre(x: tf.Tensor, mean: tf.Tensor) {
        return tf.sub(x, frozen(mean));
      }
    },
  ],
  [
    'detached-statistics',
    'the variance',
    class extends LayerNorm {
      override variance(variance: tf.Tensor) {
        return frozen(variance);
      }
    },
  ],
  [
    'detached-statistics',
    'both',
    class extends LayerNorm {
      override variance(variance: tf.Tensor) {
        return frozen(variance);
      }
      override centre(x: tf.Tensor, mean: tf.Tensor) {
        return tf.sub(x, frozen(mean));
      }
    },
  ],
  [
    'no-gradient',
    '',
    class extends LayerNorm {
      override affine(y: tf.Tensor) {
        return frozen(super.affine(y));
      }
    },
  ],
  [
    'different-default-eps',
    '1e-3',
    class extends LayerNorm {
      constructor(shape: number | number[], options: { eps?: number } = {}) {
        super(shape, { eps: 1e-3, ...options });
      }
    },
  ],
];

describeBackends('checkLayerNorm', () => {
  test.each([
    ['a class in stock operations', LayerNorm],
    ['a function with positional options by matrix products', functionalLayerNorm],
  ])('finds no mistake in %s', (_, subject) => {
    expectFlawless(checkLayerNorm(subject), 10);
  });

  test.each(WRONG)('names %s (%s) and nothing else', (mistake, _, subject) => {
    expectOnly(checkLayerNorm(subject), mistake);
  });

  test('speaks of no training, which a LayerNorm does not have', () => {
    for (const { mistake } of LAYER_NORM_HYPOTHESES)
      expect(mistakes[mistake].look).not.toMatch(/training branch|evaluation branch|running/);
  });
});
