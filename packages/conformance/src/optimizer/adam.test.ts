import * as tf from '@tensorflow/tfjs';
import { describeBackends } from '@trainkit/testing';
import { expect, test } from 'vitest';
import { expectFlawless, expectOnly, type Mistaken } from '../../fixtures/mistaken.js';
import { AdamW } from '../../fixtures/optimizers.js';
import { checkOptimizer } from './check.js';

class Adam extends AdamW {
  override gradient(g: tf.Tensor, w: tf.Tensor) {
    return tf.add(g, tf.mul(this.weightDecay, w));
  }
  override decayed(w: tf.Tensor) {
    return w;
  }
}

const WRONG: readonly Mistaken[] = [
  ['decoupled-instead-of-l2-decay', '', AdamW],
  [
    'decay-ignored',
    '',
    class extends Adam {
      override gradient(g: tf.Tensor) {
        return g;
      }
    },
  ],
  [
    'decay-wrong-sign',
    '',
    class extends Adam {
      override gradient(g: tf.Tensor, w: tf.Tensor) {
        return tf.sub(g, tf.mul(this.weightDecay, w));
      }
    },
  ],
  [
    'epsilon-inside-root',
    '',
    class extends Adam {
      override denominator(v: tf.Tensor, t: number) {
        return tf.sqrt(tf.add(this.correctSecond(v, t), this.eps));
      }
    },
  ],
];

describeBackends(
  'checkOptimizer of Adam',
  () => {
    test('finds nothing in a right one', () => {
      expectFlawless(checkOptimizer(Adam, { kind: 'Adam' }), 10);
    });

    test.each(WRONG)('names %s%s and nothing else', (mistake, _, subject) => {
      expectOnly(checkOptimizer(subject, { kind: 'Adam' }), mistake);
    });

    test('finds the differences of tf.train.adam, with the L2 penalty added', () => {
      const stock = (
        _: unknown,
        { learningRate, betas, eps }: { learningRate: number; betas?: number[]; eps?: number },
      ) => tf.train.adam(learningRate, betas?.[0] ?? 0.9, betas?.[1] ?? 0.999, eps ?? 1e-8);
      const { mistakes, checks } = checkOptimizer(stock, { kind: 'Adam' });
      const failed = checks.filter(({ status }) => status === 'failed').map(({ name }) => name);
      expect(failed).toEqual([
        'weight decay',
        'weight decay of three parameters',
        'a gradient that is missing',
        'gradients in another order',
      ]);
      expect(mistakes).toEqual(expect.arrayContaining(['decay-ignored', 'state-by-position']));
    });
  },
  // The arithmetic is the same on each backend; trainkit.test.ts runs right code on all.
  { backends: ['cpu', 'native'] },
);
