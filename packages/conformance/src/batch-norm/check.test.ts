import * as tf from '@tensorflow/tfjs-core';
import { describeBackends } from '@trainkit/testing';
import { test } from 'vitest';
import { BatchNorm, functionalBatchNorm } from '../../fixtures/batch-norms.js';
import { frozen } from '../../fixtures/frozen.js';
import { expectFlawless, expectOnly, type Mistaken } from '../../fixtures/mistaken.js';
import { checkBatchNorm } from './check.js';

const WRONG: readonly Mistaken[] = [
  [
    'statistics-updated-in-evaluation',
    'before the output, with the biased variance',
    class extends BatchNorm {
      override evaluationOutput(x: tf.Tensor) {
        const { mean, variance } = this.moments(x);
        this.runningMean.assign(this.blend(this.runningMean, mean));
        this.runningVar.assign(this.blend(this.runningVar, variance));
        return super.evaluationOutput(x);
      }
    },
  ],
  [
    'statistics-updated-in-evaluation',
    'after the output, with the biased variance',
    class extends BatchNorm {
      override evaluationOutput(x: tf.Tensor) {
        const y = super.evaluationOutput(x);
        const { mean, variance } = this.moments(x);
        this.runningMean.assign(this.blend(this.runningMean, mean));
        this.runningVar.assign(this.blend(this.runningVar, variance));
        return y;
      }
    },
  ],
  [
    'mixed-statistics',
    'the running mean in training, after the update',
    class extends BatchNorm {
      override trainingOutput(x: tf.Tensor) {
        const { mean, variance } = this.moments(x);
        this.update(mean, variance, x.shape[0]!);
        return this.normalize(x, this.runningMean, variance);
      }
    },
  ],
  [
    'mixed-statistics',
    'the running variance in training, after the update',
    class extends BatchNorm {
      override trainingOutput(x: tf.Tensor) {
        const { mean, variance } = this.moments(x);
        this.update(mean, variance, x.shape[0]!);
        return this.normalize(x, mean, this.runningVar);
      }
    },
  ],
  [
    'unbiased-variance-in-evaluation',
    'and in the update',
    class extends BatchNorm {
      override evaluationOutput(x: tf.Tensor) {
        const rows = x.shape[0]!;
        return this.normalize(x, this.runningMean, tf.mul(this.runningVar, rows / (rows - 1)));
      }
    },
  ],
  ...[
    ['N / (N + 1)', (count: number) => count / (count + 1)] as const,
    ['N / (N − 2)', (count: number) => count / (count - 2)] as const,
    ['the factor twice', (count: number) => (count / (count - 1)) ** 2] as const,
  ].map(
    ([how, factor]): Mistaken => [
      'wrong-count',
      how,
      class extends BatchNorm {
        override runningVariance(variance: tf.Tensor, count: number) {
          return tf.mul(variance, factor(count));
        }
      },
    ],
  ),
  [
    'epsilon-squared',
    '',
    class extends BatchNorm {
      override denominator(variance: tf.Tensor) {
        return tf.sqrt(tf.add(variance, this.eps ** 2));
      }
    },
  ],
  [
    'biased-running-variance',
    '',
    class extends BatchNorm {
      override runningVariance(variance: tf.Tensor) {
        return variance;
      }
    },
  ],
  [
    'unbiased-batch-variance',
    '',
    class extends BatchNorm {
      override batchVariance(variance: tf.Tensor, count: number) {
        return tf.mul(variance, count / (count - 1));
      }
    },
  ],
  [
    'running-statistics-in-training',
    'after the update',
    class extends BatchNorm {
      override trainingOutput(x: tf.Tensor) {
        super.trainingOutput(x);
        return this.evaluationOutput(x);
      }
    },
  ],
  [
    'running-statistics-in-training',
    'before the update',
    class extends BatchNorm {
      override trainingOutput(x: tf.Tensor) {
        const y = this.evaluationOutput(x);
        super.trainingOutput(x);
        return y;
      }
    },
  ],
  [
    'batch-statistics-in-evaluation',
    '',
    class extends BatchNorm {
      override evaluationOutput(x: tf.Tensor) {
        const { mean, variance } = this.moments(x);
        return this.normalize(x, mean, variance);
      }
    },
  ],
  [
    'epsilon-outside-root',
    '',
    class extends BatchNorm {
      override denominator(variance: tf.Tensor) {
        return tf.add(tf.sqrt(variance), this.eps);
      }
    },
  ],
  [
    'epsilon-ignored',
    '',
    class extends BatchNorm {
      override denominator(variance: tf.Tensor) {
        return tf.sqrt(variance);
      }
    },
  ],
  [
    'variance-without-root',
    '',
    class extends BatchNorm {
      override denominator(variance: tf.Tensor) {
        return tf.add(variance, this.eps);
      }
    },
  ],
  [
    'mean-not-subtracted',
    '',
    class extends BatchNorm {
      override centre(x: tf.Tensor) {
        return x;
      }
    },
  ],
  [
    'momentum-reversed',
    '',
    class extends BatchNorm {
      override blend(old: tf.Tensor, fresh: tf.Tensor) {
        return tf.add(tf.mul(this.momentum, old), tf.mul(1 - this.momentum, fresh));
      }
    },
  ],
  [
    'statistics-updated-in-evaluation',
    'before the output',
    class extends BatchNorm {
      override evaluationOutput(x: tf.Tensor) {
        this.trainingOutput(x);
        return super.evaluationOutput(x);
      }
    },
  ],
  [
    'statistics-updated-in-evaluation',
    'after the output',
    class extends BatchNorm {
      override evaluationOutput(x: tf.Tensor) {
        const y = super.evaluationOutput(x);
        this.trainingOutput(x);
        return y;
      }
    },
  ],
  [
    'statistics-not-updated',
    'both',
    class extends BatchNorm {
      override update() {}
    },
  ],
  [
    'statistics-not-updated',
    'the mean',
    class extends BatchNorm {
      override update(mean: tf.Tensor, variance: tf.Tensor, count: number) {
        super.update(mean, variance, count);
        this.runningMean.assign(tf.zerosLike(mean));
      }
    },
  ],
  [
    'statistics-not-updated',
    'the variance',
    class extends BatchNorm {
      override update(mean: tf.Tensor, variance: tf.Tensor, count: number) {
        super.update(mean, variance, count);
        this.runningVar.assign(tf.onesLike(variance));
      }
    },
  ],
  [
    'running-standard-deviation',
    'used as a variance',
    class extends BatchNorm {
      override runningVariance(variance: tf.Tensor, count: number) {
        return tf.sqrt(super.runningVariance(variance, count));
      }
    },
  ],
  [
    'running-standard-deviation',
    'squared again',
    class extends BatchNorm {
      override runningVariance(variance: tf.Tensor, count: number) {
        return tf.sqrt(super.runningVariance(variance, count));
      }
      override evaluationOutput(x: tf.Tensor) {
        return this.normalize(x, this.runningMean, tf.square(this.runningVar));
      }
    },
  ],
  [
    'running-standard-deviation',
    'plus epsilon',
    class extends BatchNorm {
      override runningVariance(variance: tf.Tensor, count: number) {
        return tf.sqrt(super.runningVariance(variance, count));
      }
      override evaluationOutput(x: tf.Tensor) {
        return tf.div(tf.sub(x, this.runningMean), tf.add(this.runningVar, this.eps));
      }
    },
  ],
  [
    'affine-ignored',
    'both',
    class extends BatchNorm {
      override affine(y: tf.Tensor) {
        return y;
      }
    },
  ],
  [
    'affine-ignored',
    'the weight',
    class extends BatchNorm {
      override affine(y: tf.Tensor) {
        return this.bias ? tf.add(y, this.bias) : y;
      }
    },
  ],
  [
    'affine-ignored',
    'the bias',
    class extends BatchNorm {
      override affine(y: tf.Tensor) {
        return this.weight ? tf.mul(y, this.weight) : y;
      }
    },
  ],
  [
    'affine-ignored',
    'in training',
    class extends BatchNorm {
      override affine(y: tf.Tensor) {
        return this.training ? y : super.affine(y);
      }
    },
  ],
  [
    'affine-ignored',
    'in evaluation',
    class extends BatchNorm {
      override affine(y: tf.Tensor) {
        return this.training ? super.affine(y) : y;
      }
    },
  ],
  [
    'wrong-axis',
    'axis 1',
    class extends BatchNorm {
      override moments(x: tf.Tensor) {
        return tf.moments(x, 1);
      }
    },
  ],
  [
    'wrong-axis',
    'axis 1 with keepDims',
    class extends BatchNorm {
      override moments(x: tf.Tensor) {
        return tf.moments(x, 1, true);
      }
    },
  ],
  [
    'wrong-axis',
    'no axis',
    class extends BatchNorm {
      override moments(x: tf.Tensor) {
        return tf.moments(x);
      }
      override blend(old: tf.Tensor, fresh: tf.Tensor) {
        return super.blend(old, fresh);
      }
      override batchVariance(variance: tf.Tensor) {
        return variance;
      }
    },
  ],
  [
    'detached-statistics',
    'both',
    class extends BatchNorm {
      override moments(x: tf.Tensor) {
        const { mean, variance } = super.moments(x);
        return { mean: frozen(mean), variance: frozen(variance) };
      }
    },
  ],
  [
    'detached-statistics',
    'the mean',
    class extends BatchNorm {
      override centre(x: tf.Tensor, mean: tf.Tensor) {
        return tf.sub(x, frozen(mean));
      }
    },
  ],
  [
    'detached-statistics',
    'the variance',
    class extends BatchNorm {
      override moments(x: tf.Tensor) {
        const { mean, variance } = super.moments(x);
        return { mean, variance: frozen(variance) };
      }
    },
  ],
  [
    'no-gradient',
    'of anything',
    class extends BatchNorm {
      override affine(y: tf.Tensor) {
        return frozen(super.affine(y));
      }
    },
  ],
  [
    'different-default-eps',
    '1e-3',
    class extends BatchNorm {
      constructor(features: number, options: { eps?: number } = {}) {
        super(features, { eps: 1e-3, ...options });
      }
    },
  ],
  [
    'different-default-momentum',
    '0.9',
    class extends BatchNorm {
      constructor(features: number, options: { momentum?: number } = {}) {
        super(features, { momentum: 0.9, ...options });
      }
    },
  ],
];

describeBackends(
  'checkBatchNorm',
  () => {
    test.each([
      ['a class in stock operations', BatchNorm],
      ['a function in snake_case by matrix products', functionalBatchNorm],
    ])('finds no mistake in %s', (_, subject) => {
      expectFlawless(checkBatchNorm(subject), 19);
    });

    test.each(WRONG)('names %s (%s) and nothing else', (mistake, _, subject) => {
      expectOnly(checkBatchNorm(subject), mistake);
    });
  },
  // The arithmetic is the same on each backend; trainkit.test.ts runs right code on all.
  { backends: ['cpu', 'native'] },
);
