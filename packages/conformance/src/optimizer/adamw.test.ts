import * as tf from '@tensorflow/tfjs-core';
import { describeBackends } from '@trainkit/testing';
import { expect, test } from 'vitest';
import { expectFlawless, expectOnly, type Mistaken } from '../../fixtures/mistaken.js';
import { type AdamState, AdamW, functionalAdamW } from '../../fixtures/optimizers.js';
import { checkOptimizer } from './check.js';

/** An AdamW that corrects and uses the gradient in place of the first moment. */
class GradientForFirst extends AdamW {
  #latest: tf.Tensor | null = null;
  override squared(g: tf.Tensor) {
    this.#latest = g;
    return super.squared(g);
  }
  override correctFirst(first: tf.Tensor, t: number) {
    return super.correctFirst(this.#latest ?? first, t);
  }
}

const WRONG: readonly Mistaken[] = [
  ['first-moment-unused', 'but corrected', GradientForFirst],
  [
    'decay-of-square',
    '',
    class extends AdamW {
      override decayed(w: tf.Tensor) {
        return tf.sub(w, tf.mul(this.learningRate * this.weightDecay, tf.square(w)));
      }
    },
  ],
  [
    'l2-instead-of-decoupled-decay',
    '',
    class extends AdamW {
      override gradient(g: tf.Tensor, w: tf.Tensor) {
        return tf.add(g, tf.mul(this.weightDecay, w));
      }
      override decayed(w: tf.Tensor) {
        return w;
      }
    },
  ],
  [
    'decay-without-rate',
    '',
    class extends AdamW {
      override decayed(w: tf.Tensor) {
        return tf.mul(w, 1 - this.weightDecay);
      }
    },
  ],
  [
    'decay-after-update',
    '',
    class extends AdamW {
      override apply(w: tf.Tensor, step: tf.Tensor) {
        return this.decayed(tf.sub(w, step));
      }
    },
  ],
  [
    'decay-wrong-sign',
    '',
    class extends AdamW {
      override decayed(w: tf.Tensor) {
        return tf.mul(w, 1 + this.learningRate * this.weightDecay);
      }
    },
  ],
  [
    'decay-ignored',
    '',
    class extends AdamW {
      override decayed(w: tf.Tensor) {
        return w;
      }
    },
  ],
  [
    'decay-not-for-all',
    'vectors alone',
    class extends AdamW {
      override decayed(w: tf.Tensor) {
        return w.rank < 2 ? super.decayed(w) : w;
      }
    },
  ],
  [
    'decay-not-for-all',
    'matrices alone',
    class extends AdamW {
      override decayed(w: tf.Tensor) {
        return w.rank < 2 ? w : super.decayed(w);
      }
    },
  ],
  [
    'no-bias-correction',
    '',
    class extends AdamW {
      override correctFirst(m: tf.Tensor) {
        return m;
      }
      override correctSecond(v: tf.Tensor) {
        return v;
      }
    },
  ],
  [
    'no-first-bias-correction',
    '',
    class extends AdamW {
      override correctFirst(m: tf.Tensor) {
        return m;
      }
    },
  ],
  [
    'no-second-bias-correction',
    '',
    class extends AdamW {
      override correctSecond(v: tf.Tensor) {
        return v;
      }
    },
  ],
  [
    'linear-bias-correction',
    'both',
    class extends AdamW {
      override correctFirst(m: tf.Tensor, t: number) {
        return tf.div(m, 1 - this.beta1 * t);
      }
      override correctSecond(v: tf.Tensor, t: number) {
        return tf.div(v, 1 - this.beta2 * t);
      }
    },
  ],
  [
    'linear-bias-correction',
    'of the first moment',
    class extends AdamW {
      override correctFirst(m: tf.Tensor, t: number) {
        return tf.div(m, 1 - this.beta1 * t);
      }
    },
  ],
  [
    'linear-bias-correction',
    'of the second moment',
    class extends AdamW {
      override correctSecond(v: tf.Tensor, t: number) {
        return tf.div(v, 1 - this.beta2 * t);
      }
    },
  ],
  [
    'xor-instead-of-power',
    '',
    class extends AdamW {
      override correctFirst(m: tf.Tensor, t: number) {
        return tf.div(m, (1 - this.beta1) ^ t);
      }
      override correctSecond(v: tf.Tensor, t: number) {
        return tf.div(v, (1 - this.beta2) ^ t);
      }
    },
  ],
  [
    'epsilon-inside-root',
    '',
    class extends AdamW {
      override denominator(v: tf.Tensor, t: number) {
        return tf.sqrt(tf.add(this.correctSecond(v, t), this.eps));
      }
    },
  ],
  [
    'epsilon-before-bias-correction',
    '',
    class extends AdamW {
      override denominator(v: tf.Tensor, t: number) {
        return tf.div(tf.add(tf.sqrt(v), this.eps), Math.sqrt(1 - this.beta2 ** t));
      }
    },
  ],
  [
    'epsilon-ignored',
    '',
    class extends AdamW {
      override denominator(v: tf.Tensor, t: number) {
        return tf.sqrt(this.correctSecond(v, t));
      }
    },
  ],
  [
    'step-counted-from-zero',
    '',
    class extends AdamW {
      override count(state: AdamState) {
        return state.step - 1;
      }
    },
  ],
  [
    'step-shared',
    'by all calls',
    class extends AdamW {
      calls = 0;
      override applyGradients(gradients: tf.NamedTensorMap) {
        this.calls++;
        super.applyGradients(gradients);
      }
      override count() {
        return this.calls;
      }
    },
  ],
  [
    'step-shared',
    'by all updates',
    class extends AdamW {
      updates = 0;
      override count() {
        return ++this.updates;
      }
    },
  ],
  [
    'betas-swapped',
    '',
    class extends AdamW {
      constructor(params: tf.Variable[], options: object = {}) {
        super(params, options);
        [this.beta1, this.beta2] = [this.beta2, this.beta1];
      }
    },
  ],
  [
    'second-moment-not-squared',
    '',
    class extends AdamW {
      override squared(g: tf.Tensor) {
        return tf.abs(g);
      }
    },
  ],
  [
    'second-moment-not-squared',
    'and negative',
    class extends AdamW {
      override squared(g: tf.Tensor) {
        return g;
      }
    },
  ],
  [
    'moments-not-averaged',
    'the second',
    class extends AdamW {
      override squared(g: tf.Tensor) {
        return tf.div(tf.square(g), 1 - this.beta2);
      }
    },
  ],
  [
    'no-root',
    '',
    class extends AdamW {
      override denominator(v: tf.Tensor, t: number) {
        return tf.add(this.correctSecond(v, t), this.eps);
      }
    },
  ],
  [
    'state-forgotten',
    'with its count',
    class extends AdamW {
      override stateOf(param: tf.Variable, index: number) {
        this.states.clear();
        return super.stateOf(param, index);
      }
    },
  ],
  [
    'state-forgotten',
    'but counted',
    class extends AdamW {
      override stateOf(param: tf.Variable, index: number) {
        const { step } = super.stateOf(param, index);
        this.states.delete(param);
        const state = super.stateOf(param, index);
        state.step = step;
        return state;
      }
    },
  ],
  [
    'state-shared',
    '',
    class extends AdamW {
      override stateOf(param: tf.Variable) {
        return this.stateFor('one', param.shape);
      }
    },
  ],
  [
    'state-by-position',
    '',
    class extends AdamW {
      override stateOf(param: tf.Variable, index: number) {
        return this.stateFor(index, param.shape);
      }
    },
  ],
  [
    'missing-gradient-as-zero',
    '',
    class extends AdamW {
      override applyGradients(gradients: tf.NamedTensorMap) {
        super.applyGradients(
          Object.fromEntries(
            this.params.map((param) => [param.name, gradients[param.name] ?? tf.zerosLike(param)]),
          ),
        );
      }
    },
  ],
  [
    'wrong-sign',
    '',
    class extends AdamW {
      override apply(w: tf.Tensor, step: tf.Tensor) {
        return tf.add(this.decayed(w), step);
      }
    },
  ],
  [
    'learning-rate-ignored',
    'in the update',
    class extends AdamW {
      override apply(w: tf.Tensor, step: tf.Tensor) {
        return tf.sub(this.decayed(w), tf.div(step, this.learningRate));
      }
    },
  ],
  [
    'learning-rate-ignored',
    'by the constructor',
    class extends AdamW {
      constructor(params: tf.Variable[], options: object = {}) {
        super(params, { ...options, learningRate: 1e-3 });
      }
    },
  ],
  [
    'different-default-eps',
    '1e-7',
    class extends AdamW {
      constructor(params: tf.Variable[], options: object = {}) {
        super(params, { eps: 1e-7, ...options });
      }
    },
  ],
  [
    'different-default-betas',
    '0.9, 0.99',
    class extends AdamW {
      constructor(params: tf.Variable[], options: object = {}) {
        super(params, { betas: [0.9, 0.99], ...options });
      }
    },
  ],
];

describeBackends(
  'checkOptimizer of AdamW',
  () => {
    test.each([
      ['a class in stock operations', AdamW],
      ['a function with positional options on plain arrays, step() and param.grad', functionalAdamW],
    ])('finds no mistake in %s', (_, subject) => {
      expectFlawless(checkOptimizer(subject), 10);
    });

    test.each(WRONG)('names %s (%s) and nothing else', (mistake, _, subject) => {
      expectOnly(checkOptimizer(subject), mistake);
    });

    test('names both mistakes that give the same numbers, the commoner first', () => {
      class Stuck extends AdamW {
        override count() {
          return 1;
        }
      }
      const { mistakes, candidates } = checkOptimizer(Stuck);
      expect(mistakes).toEqual([]);
      expect(candidates).toEqual(['exponent-missing', 'step-not-advanced']);
    });

    test('names parameters so that an error that shows them can be read, and no two alike', () => {
      const names = new Set<string>();
      class Collecting extends AdamW {
        override applyGradients(): void {
          for (const { name } of this.params) names.add(name);
          throw new Error('TODO');
        }
      }
      const taken = tf.tidy(() => tf.variable(tf.scalar(0), false, 'layer1.bias'));
      checkOptimizer(Collecting);
      taken.dispose();
      expect([...names][0]).toBe('layer2.weight');
      for (const name of names) expect(name).toMatch(/^layer\d+\.(weight|bias|gain)$/);
    });
  },
  // The arithmetic is the same on each backend; trainkit.test.ts runs right code on all.
  { backends: ['cpu', 'native'] },
);
