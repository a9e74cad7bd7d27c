import * as tf from '@tensorflow/tfjs-core';
import { describeBackends } from '@trainkit/testing';
import { expect, test } from 'vitest';
import { AdamW } from '../../fixtures/optimizers.js';
import type { MistakeName } from '../mistakes.js';
import { checkOptimizer } from './check.js';

/** Makes one more mistake in an AdamW. */
type Slip = (Base: typeof AdamW) => typeof AdamW;

/** The most frequent mistakes of learners. */
const COMMON = {
  'l2-instead-of-decoupled-decay': (Base) =>
    class extends Base {
      override gradient(g: tf.Tensor, w: tf.Tensor) {
        return tf.add(super.gradient(g, w), tf.mul(this.weightDecay, w));
      }
      override decayed(w: tf.Tensor) {
        return w;
      }
    },
  'decay-without-rate': (Base) =>
    class extends Base {
      override decayed(w: tf.Tensor) {
        return tf.mul(w, 1 - this.weightDecay);
      }
    },
  'decay-after-update': (Base) =>
    class extends Base {
      override apply(w: tf.Tensor, step: tf.Tensor) {
        return this.decayed(tf.sub(w, step));
      }
    },
  'decay-ignored': (Base) =>
    class extends Base {
      override decayed(w: tf.Tensor) {
        return w;
      }
    },
  'no-bias-correction': (Base) =>
    class extends Base {
      override correctFirst(m: tf.Tensor) {
        return m;
      }
      override correctSecond(v: tf.Tensor) {
        return v;
      }
    },
  'no-second-bias-correction': (Base) =>
    class extends Base {
      override correctSecond(v: tf.Tensor) {
        return v;
      }
    },
  'epsilon-inside-root': (Base) =>
    class extends Base {
      override denominator(v: tf.Tensor, t: number) {
        return tf.sqrt(tf.add(this.correctSecond(v, t), this.eps));
      }
    },
  'epsilon-ignored': (Base) =>
    class extends Base {
      override denominator(v: tf.Tensor, t: number) {
        return tf.sqrt(this.correctSecond(v, t));
      }
    },
  'step-counted-from-zero': (Base) =>
    class extends Base {
      override count(state: { step: number; first: tf.Variable; second: tf.Variable }) {
        return super.count(state) - 1;
      }
    },
  'betas-swapped': (Base) =>
    class extends Base {
      constructor(params: tf.Variable[], options: object = {}) {
        super(params, options);
        [this.beta1, this.beta2] = [this.beta2, this.beta1];
      }
    },
  'second-moment-not-squared': (Base) =>
    class extends Base {
      override squared(g: tf.Tensor) {
        return tf.abs(g);
      }
    },
  'no-root': (Base) =>
    class extends Base {
      override denominator(v: tf.Tensor, t: number) {
        return tf.add(this.correctSecond(v, t), this.eps);
      }
    },
  'wrong-sign': (Base) =>
    class extends Base {
      override apply(w: tf.Tensor, step: tf.Tensor) {
        return super.apply(w, tf.neg(step));
      }
    },
} as const satisfies Partial<Record<MistakeName, Slip>>;

/** Mistakes that exclude each other: code can contain at most one of a row. */
const SAME_PLACE: readonly (readonly string[])[] = [
  ['l2-instead-of-decoupled-decay', 'decay-without-rate', 'decay-after-update', 'decay-ignored'],
  ['no-bias-correction', 'no-second-bias-correction'],
  ['epsilon-inside-root', 'epsilon-ignored', 'no-root'],
];

/** A division by 0 in the first step. After it all numbers are NaN, so no other mistake shows. */
const HIDES = 'step-counted-from-zero';

const pairs = Object.entries(COMMON).flatMap(([one, first], i, all) =>
  all.slice(i + 1).map(([other, second]) => [one, other, second(first(AdamW))] as const),
);

describeBackends(
  'checkOptimizer of an AdamW with two mistakes',
  () => {
    test.each(pairs)('names %s, %s and nothing else', (one, other, subject) => {
      const { passed, mistakes, candidates } = checkOptimizer(subject);
      expect(passed).toBe(false);
      // L2 and a wrong or right decay of the weight are together a mistake of their own.
      expect([one, other, 'l2-and-decoupled-decay']).toEqual(expect.arrayContaining(mistakes));
      const both = [one, other];
      const apart = !SAME_PLACE.some((row) => both.every((name) => row.includes(name)));
      // Where roots are larger than epsilon, a missing epsilon equals one that is a lower bound;
      // the missing one is commoner.
      const named = [...mistakes, ...candidates.slice(0, 1)];
      if (apart && !both.includes(HIDES)) expect(named.sort()).toEqual(both.sort());
    });
  },
  // The arithmetic is the same on each backend.
  { backends: ['cpu'] },
);
