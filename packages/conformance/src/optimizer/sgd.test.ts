import * as tf from '@tensorflow/tfjs';
import { describeBackends } from '@trainkit/testing';
import { expect, test } from 'vitest';
import { expectFlawless, expectOnly, type Mistaken } from '../../fixtures/mistaken.js';
import { checkOptimizer } from './check.js';

interface Options {
  learningRate: number;
  momentum?: number;
  weightDecay?: number;
}

/**
 * A right SGD in stock operations that takes a list of gradients; a wrong one overrides one of its
 * methods.
 */
class SGD {
  learningRate: number;
  momentum: number;
  weightDecay: number;
  readonly params: readonly tf.Variable[];
  readonly buffers = new Map<unknown, tf.Variable>();

  constructor(params: tf.Variable[], { learningRate, momentum = 0, weightDecay = 0 }: Options) {
    this.params = params;
    this.learningRate = learningRate;
    this.momentum = momentum;
    this.weightDecay = weightDecay;
  }

  applyGradients(gradients: readonly { name: string; tensor: tf.Tensor }[]): void {
    for (const [index, { name, tensor }] of gradients.entries()) {
      const param = this.params.find((candidate) => candidate.name === name)!;
      const key = this.key(param, index);
      if (!this.buffers.has(key)) this.buffers.set(key, tf.variable(tf.zerosLike(param), false));
      const buffer = this.buffers.get(key)!;
      const gradient = this.gradient(tensor, param);
      const first = Array.from(buffer.dataSync()).every((value) => value === 0);
      buffer.assign(tf.add(tf.mul(this.momentum, buffer), this.entering(gradient, first)));
      param.assign(this.apply(param, this.direction(gradient, buffer)));
    }
  }

  key(param: tf.Variable, _place: number): unknown {
    return param;
  }
  gradient(g: tf.Tensor, w: tf.Tensor): tf.Tensor {
    return tf.add(g, tf.mul(this.weightDecay, w));
  }
  entering(g: tf.Tensor, _first: boolean): tf.Tensor {
    return g;
  }
  direction(_g: tf.Tensor, buffer: tf.Tensor): tf.Tensor {
    return buffer;
  }
  apply(w: tf.Tensor, direction: tf.Tensor): tf.Tensor {
    return tf.sub(w, tf.mul(this.learningRate, direction));
  }
}

/**
 * The same numbers in another style: positional options, plain arrays, step() with a list of
 * tensors.
 */
function functionalSGD(params: tf.Variable[], lr: number, momentum = 0, weight_decay = 0) {
  const buffers = params.map(({ size }) => new Float64Array(size));
  return {
    lr,
    step(grads: (tf.Tensor | null)[]): void {
      for (const [i, param] of params.entries()) {
        const grad = grads[i]?.dataSync();
        if (grad === undefined) continue;
        const values = Array.from(param.dataSync(), (w, j) => {
          buffers[i]![j] = momentum * buffers[i]![j]! + grad[j]! + weight_decay * w;
          return w - this.lr * buffers[i]![j]!;
        });
        param.assign(tf.tensor(values, param.shape));
      }
    },
  };
}

/** An SGD whose buffer is the first gradient, and then follows `later`. */
function withLaterBuffer(later: (self: SGD, buffer: tf.Tensor, gradient: tf.Tensor) => tf.Tensor) {
  return class extends SGD {
    override applyGradients(gradients: readonly { name: string; tensor: tf.Tensor }[]): void {
      for (const { name, tensor } of gradients) {
        const param = this.params.find((candidate) => candidate.name === name)!;
        const gradient = this.gradient(tensor, param);
        const known = this.buffers.get(param);
        const buffer = known ?? tf.variable(gradient, false);
        this.buffers.set(param, buffer);
        if (known !== undefined && this.momentum !== 0) buffer.assign(later(this, known, gradient));
        param.assign(this.apply(param, this.momentum === 0 ? gradient : buffer));
      }
    }
  };
}

const WRONG: readonly Mistaken[] = [
  [
    'complement-swapped',
    'the old buffer alone',
    withLaterBuffer(({ momentum }, buffer, g) => tf.add(tf.mul(1 - momentum, buffer), g)),
  ],
  [
    'learning-rate-twice',
    'in the buffer and in the update',
    class extends SGD {
      override entering(g: tf.Tensor) {
        return this.momentum === 0 ? g : tf.mul(this.learningRate, g);
      }
    },
  ],
  [
    'learning-rate-twice',
    'in the buffer and in the update, after the first step',
    withLaterBuffer(({ momentum, learningRate }, buffer, g) =>
      tf.add(tf.mul(momentum, buffer), tf.mul(learningRate, g)),
    ),
  ],
  [
    'update-before-moments',
    'after the first step',
    class extends SGD {
      override applyGradients(gradients: readonly { name: string; tensor: tf.Tensor }[]): void {
        for (const { name, tensor } of gradients) {
          const param = this.params.find((candidate) => candidate.name === name)!;
          const gradient = this.gradient(tensor, param);
          const old = this.buffers.get(param)?.clone();
          const buffer = this.buffers.get(param) ?? tf.variable(tf.zerosLike(param), false);
          this.buffers.set(param, buffer);
          buffer.assign(tf.add(tf.mul(this.momentum, buffer), gradient));
          param.assign(this.apply(param, this.momentum === 0 ? gradient : (old ?? buffer)));
        }
      }
    },
  ],
  [
    'decay-of-square',
    '',
    class extends SGD {
      override gradient(g: tf.Tensor, w: tf.Tensor) {
        return tf.add(g, tf.mul(this.weightDecay, tf.square(w)));
      }
    },
  ],
  [
    'decoupled-instead-of-l2-decay',
    '',
    class extends SGD {
      override gradient(g: tf.Tensor) {
        return g;
      }
      override apply(w: tf.Tensor, direction: tf.Tensor) {
        return super.apply(tf.mul(w, 1 - this.learningRate * this.weightDecay), direction);
      }
    },
  ],
  [
    'decay-ignored',
    '',
    class extends SGD {
      override gradient(g: tf.Tensor) {
        return g;
      }
    },
  ],
  [
    'decay-wrong-sign',
    '',
    class extends SGD {
      override gradient(g: tf.Tensor, w: tf.Tensor) {
        return tf.sub(g, tf.mul(this.weightDecay, w));
      }
    },
  ],
  [
    'momentum-ignored',
    '',
    class extends SGD {
      override direction(g: tf.Tensor) {
        return g;
      }
    },
  ],
  [
    'dampened-momentum',
    'from the start',
    class extends SGD {
      override entering(g: tf.Tensor) {
        return this.momentum === 0 ? g : tf.mul(1 - this.momentum, g);
      }
    },
  ],
  [
    'dampened-momentum',
    'after the first step',
    class extends SGD {
      override entering(g: tf.Tensor, first: boolean) {
        return first || this.momentum === 0 ? g : tf.mul(1 - this.momentum, g);
      }
    },
  ],
  [
    'nesterov-momentum',
    '',
    class extends SGD {
      override direction(g: tf.Tensor, buffer: tf.Tensor) {
        return tf.add(g, tf.mul(this.momentum, buffer));
      }
    },
  ],
  [
    'learning-rate-in-momentum',
    '',
    class extends SGD {
      override entering(g: tf.Tensor) {
        return tf.mul(this.learningRate, g);
      }
      override apply(w: tf.Tensor, direction: tf.Tensor) {
        return tf.sub(w, direction);
      }
    },
  ],
  [
    'state-by-position',
    '',
    class extends SGD {
      override key(_: tf.Variable, index: number) {
        return index;
      }
    },
  ],
  [
    'wrong-sign',
    '',
    class extends SGD {
      override apply(w: tf.Tensor, direction: tf.Tensor) {
        return tf.add(w, tf.mul(this.learningRate, direction));
      }
    },
  ],
  [
    'learning-rate-ignored',
    'no factor',
    class extends SGD {
      override apply(w: tf.Tensor, direction: tf.Tensor) {
        return tf.sub(w, direction);
      }
    },
  ],
  [
    'learning-rate-frozen',
    'tf.train.momentum, the L2 penalty added',
    class {
      readonly inner: tf.MomentumOptimizer;
      readonly params: tf.Variable[];
      readonly decay: number;
      constructor(params: tf.Variable[], { learningRate, momentum = 0, weightDecay = 0 }: Options) {
        this.inner = tf.train.momentum(learningRate, momentum);
        this.params = params;
        this.decay = weightDecay;
      }
      // tf.train.momentum keeps its buffers by position.
      applyGradients(gradients: tf.NamedTensorMap) {
        const all = this.params.map((param) => ({ name: param.name, tensor: gradients[param.name]! }));
        this.inner.applyGradients(
          all.map(({ name, tensor }, i) => ({
            name,
            tensor: tensor && tf.add(tensor, tf.mul(this.decay, this.params[i]!)),
          })),
        );
      }
      setLearningRate(rate: number) {
        Reflect.set(this.inner, 'learningRate', rate);
      }
    },
  ],
];

describeBackends(
  'checkOptimizer of SGD',
  () => {
    test.each([
      ['a class that takes a list with names', SGD],
      ['a function with positional options that takes a list of tensors', functionalSGD],
    ])('finds no mistake in %s', (_, subject) => {
      expectFlawless(checkOptimizer(subject, { kind: 'SGD' }), 9);
    });

    test.each(WRONG)('names %s%s and nothing else', (mistake, _, subject) => {
      expectOnly(checkOptimizer(subject, { kind: 'SGD' }), mistake);
    });

    test('warns if the learning rate cannot be changed, and does not count it', () => {
      const fixed = (params: tf.Variable[], options: Options) => {
        const sgd = new SGD(params, options);
        return { applyGradients: sgd.applyGradients.bind(sgd) };
      };
      const report = checkOptimizer(fixed, { kind: 'SGD' });
      expect(report.passed).toBe(true);
      expect(report.checks.at(-1)).toMatchObject({
        status: 'warning',
        received: 'There is no learningRate to set. Write: this.learningRate = learningRate;',
      });
    });
  },
  // The arithmetic is the same on each backend; trainkit.test.ts runs right code on all.
  { backends: ['cpu', 'native'] },
);
