import * as tf from '@tensorflow/tfjs-core';
import { describeBackends } from '@trainkit/testing';
import { expect, test } from 'vitest';
import { Dropout, functionalDropout } from '../../fixtures/dropouts.js';
import { frozen } from '../../fixtures/frozen.js';
import { expectFlawless, expectOnly, type Mistaken } from '../../fixtures/mistaken.js';
import { checkDropout } from './check.js';

const WRONG: readonly Mistaken[] = [
  [
    'no-scaling',
    '',
    class extends Dropout {
      override scale() {
        return 1;
      }
    },
  ],
  [
    'scaling-in-evaluation',
    'vanilla',
    class extends Dropout {
      override scale() {
        return 1;
      }
      override evaluationOutput(x: tf.Tensor) {
        return tf.mul(x, 1 - this.p);
      }
    },
  ],
  [
    'scaling-in-evaluation',
    'and in training',
    class extends Dropout {
      override evaluationOutput(x: tf.Tensor) {
        return tf.mul(x, 1 - this.p);
      }
    },
  ],
  [
    'mask-in-evaluation',
    '',
    class extends Dropout {
      override evaluationOutput(x: tf.Tensor) {
        return this.trainingOutput(x);
      }
    },
  ],
  [
    'no-mask-in-training',
    'at all',
    class extends Dropout {
      override trainingOutput(x: tf.Tensor) {
        return tf.clone(x);
      }
    },
  ],
  [
    'no-mask-in-training',
    'but scaled',
    class extends Dropout {
      override mask(shape: number[]) {
        return tf.ones(shape);
      }
    },
  ],
  [
    'one-mask-for-ever',
    'a seed',
    class extends Dropout {
      override uniform(shape: number[]) {
        return tf.randomUniform(shape, 0, 1, 'float32', 42);
      }
    },
  ],
  [
    'one-mask-for-ever',
    'kept by the layer',
    class extends Dropout {
      kept: tf.Tensor | undefined;
      override mask(shape: number[]) {
        this.kept ??= tf.keep(super.mask(shape));
        return this.kept;
      }
    },
  ],
  [
    'same-masks-in-each-layer',
    '',
    class extends Dropout {
      seed = 1;
      override uniform(shape: number[]) {
        return tf.randomUniform(shape, 0, 1, 'float32', this.seed++);
      }
    },
  ],
  [
    'p-as-keep-probability',
    'divided by p',
    class extends Dropout {
      override mask(shape: number[]) {
        return tf.cast(tf.less(this.uniform(shape), this.p), 'float32');
      }
      override scale() {
        return 1 / this.p;
      }
    },
  ],
  [
    'p-as-keep-probability',
    'divided by 1 - p',
    class extends Dropout {
      override mask(shape: number[]) {
        return tf.cast(tf.less(this.uniform(shape), this.p), 'float32');
      }
    },
  ],
  [
    'wrong-drop-rate',
    '',
    class extends Dropout {
      override mask(shape: number[]) {
        return tf.cast(tf.greaterEqual(this.uniform(shape), this.p / 2), 'float32');
      }
    },
  ],
  [
    'wrong-scale',
    '1 / p',
    class extends Dropout {
      override scale() {
        return 1 / this.p;
      }
    },
  ],
  [
    'wrong-scale',
    'p',
    class extends Dropout {
      override scale() {
        return this.p;
      }
    },
  ],
  [
    'wrong-scale',
    '1 - p',
    class extends Dropout {
      override scale() {
        return 1 - this.p;
      }
    },
  ],
  [
    'mask-not-elementwise',
    'rows',
    class extends Dropout {
      override mask(shape: number[]) {
        return super.mask([shape[0]!, 1]);
      }
    },
  ],
  [
    'mask-not-elementwise',
    'columns',
    class extends Dropout {
      override mask(shape: number[]) {
        return super.mask([1, shape[1]!]);
      }
    },
  ],
  [
    'p-one-gives-nan',
    '',
    class extends Dropout {
      override trainingOutput(x: tf.Tensor) {
        return tf.div(tf.mul(x, this.mask(x.shape)), 1 - this.p);
      }
    },
  ],
  [
    'p-zero-not-identity',
    '',
    class extends Dropout {
      constructor(p: number) {
        super(p || 0.5);
      }
    },
  ],
  [
    'gradient-with-another-mask',
    '',
    class extends Dropout {
      override trainingOutput(x: tf.Tensor) {
        return tf.customGrad((input) => ({
          value: super.trainingOutput(input as tf.Tensor),
          gradFunc: (dy: tf.Tensor) => super.trainingOutput(dy),
        }))(x);
      }
    },
  ],
  [
    'no-gradient',
    '',
    class extends Dropout {
      override trainingOutput(x: tf.Tensor) {
        return frozen(super.trainingOutput(x));
      }
    },
  ],
];

describeBackends(
  'checkDropout',
  () => {
    test.each([
      ['a class in stock operations', Dropout],
      ['a function with setTraining and a gradient of its own', functionalDropout],
    ])('finds no mistake in %s', (_, subject) => {
      expectFlawless(checkDropout(subject), 9);
    });

    test.each(WRONG)('names %s (%s) and nothing else', (mistake, _, subject) => {
      expectOnly(checkDropout(subject), mistake);
    });

    /** The values received in the failed checks. */
    const received = (subject: unknown) =>
      Object.fromEntries(
        checkDropout(subject).checks.flatMap((check) =>
          check.status === 'failed' ? [[check.name, check.received]] : [],
        ),
      );

    test('describes the difference in words', () => {
      class Filled extends Dropout {
        override trainingOutput(x: tf.Tensor) {
          return tf.where(tf.greaterEqual(this.uniform(x.shape), 0.25), x, tf.mul(x, 3));
        }
      }
      expect(received(Filled)).toMatchObject({
        'factor of what is kept': 'no single factor: from 1 to 3',
        'p = 0': expect.stringMatching(
          /^\d+ of 10000 elements differ: -?[\d.]+ in place of -?[\d.]+, for instance$/,
        ),
        'p = 1': expect.stringMatching(
          /^10000 of 10000 elements differ: -?[\d.]+ in place of 0, for instance$/,
        ),
      });
      class Nothing extends Dropout {
        override trainingOutput(x: tf.Tensor) {
          return tf.mul(x, Number.NaN);
        }
        override evaluationOutput(x: tf.Tensor) {
          return tf.div(x, 0);
        }
      }
      expect(received(Nothing)).toMatchObject({
        'factor of what is kept': 'no number: 10000 of 10000 elements are NaN or infinite',
        'p = 1': '10000 of 10000 elements differ: NaN in place of 0, for instance',
      });
    });
  },
  // The arithmetic is the same on each backend; trainkit.test.ts runs right code on all.
  { backends: ['cpu', 'native'] },
);
