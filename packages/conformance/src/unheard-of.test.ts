import * as tf from '@tensorflow/tfjs-core';
import { describeBackends } from '@trainkit/testing';
import { expect, it } from 'vitest';
import { checkBatchNorm, checkDropout, checkOptimizer } from './index.js';
import type { PartReport } from './report.js';

/** Changes to parts of AdamW. */
interface Slips {
  gradient?: (g: tf.Tensor) => tf.Tensor;
  decay?: (rate: number, weightDecay: number) => number;
  rate?: (rate: number, step: number) => number;
  begin?: number;
}

type Options = { learningRate?: number; betas?: number[]; eps?: number; weightDecay?: number };

/** A right AdamW, except for slips that are in no catalogue. */
function slippingAdamW({ gradient = (g) => g, decay = (a, b) => a * b, rate = (a) => a, begin = 0 }: Slips) {
  return class {
    #options: Required<Options>;
    #parameters: tf.Variable[];
    #states = new Map<tf.Variable, { m: tf.Tensor; v: tf.Tensor; t: number }>();
    constructor(parameters: tf.Variable[], options: Options = {}) {
      this.#parameters = parameters;
      this.#options = {
        learningRate: 1e-3,
        betas: [0.9, 0.999],
        eps: 1e-8,
        weightDecay: 0.01,
        ...options,
      };
    }
    applyGradients(gradients: tf.NamedTensorMap) {
      const { learningRate, betas, eps, weightDecay } = this.#options;
      const [b1, b2] = betas as [number, number];
      for (const w of this.#parameters) {
        const given = gradients[w.name];
        if (!given) continue;
        const g = gradient(given);
        const { m, v, t } = this.#states.get(w) ?? { m: tf.zerosLike(w), v: tf.zerosLike(w), t: begin };
        const state = {
          m: tf.add(tf.mul(m, b1), tf.mul(g, 1 - b1)),
          v: tf.add(tf.mul(v, b2), tf.mul(tf.square(g), 1 - b2)),
          t: t + 1,
        };
        this.#states.set(w, state);
        const mean = tf.div(state.m, 1 - b1 ** state.t);
        const root = tf.sqrt(tf.div(state.v, 1 - b2 ** state.t));
        const step = tf.mul(tf.div(mean, tf.add(root, eps)), rate(learningRate, state.t));
        w.assign(tf.sub(tf.mul(w, 1 - decay(learningRate, weightDecay)), step));
      }
    }
  };
}

/** Asserts that a report fails and names nothing with certainty. */
function expectUnclear(report: PartReport): void {
  expect(report.passed).toBe(false);
  expect(report.mistakes).toEqual([]);
}

/** A right dropout whose call has a training flag. */
function dropped(x: tf.Tensor, p: number, training: boolean): tf.Tensor {
  if (!training) return x;
  if (p === 1) return tf.zerosLike(x);
  return tf.div(tf.mul(x, tf.cast(tf.greaterEqual(tf.randomUniform(x.shape), p), 'float32')), 1 - p);
}

describeBackends(
  'wrong in ways that nobody named',
  () => {
    it.each<[string, Slips]>([
      ['the step starting at 4', { begin: 3 }],
      ['gradients that are clipped', { gradient: (g) => tf.clipByValue(g, -0.5, 0.5) }],
      ['a third of the decay', { decay: (rate, weightDecay) => (rate * weightDecay) / 3 }],
      ['a power of the decay', { decay: (rate, weightDecay) => rate * weightDecay ** 1.5 }],
      ['NaN in each step', { rate: () => Number.NaN }],
      ['NaN after the first step', { rate: (rate, step) => (step > 1 ? Number.NaN : rate) }],
      ['a rate that grows', { rate: (rate, step) => rate * (1 - 0.5 ** step) }],
      ['a rate that turns round', { rate: (rate, step) => (step % 2 === 0 ? rate / 3 : rate) }],
    ])('an AdamW with %s is called unclear, and nothing else', (_, slips) => {
      expect(checkOptimizer(slippingAdamW({})).passed).toBe(true);
      expectUnclear(checkOptimizer(slippingAdamW(slips)));
    });

    it('a dropout whose dropped elements are not zero', () => {
      class Filled {
        training = true;
        forward(x: tf.Tensor) {
          if (!this.training) return x;
          return tf.where(tf.greaterEqual(tf.randomUniform(x.shape), 0.25), x, tf.fill(x.shape, 0.5));
        }
      }
      expectUnclear(checkDropout(Filled));
    });

    it('a BatchNorm that returns NaN', () => {
      class NotANumber {
        training = true;
        forward(x: tf.Tensor) {
          return tf.mul(x, Number.NaN);
        }
      }
      expectUnclear(checkBatchNorm(NotANumber));
    });
  },
  // The arithmetic is the same on each backend.
  { backends: ['cpu'] },
);

describeBackends('right in other ways', () => {
  it.each<[string, unknown]>([
    [
      'options of the call',
      class {
        p: number;
        constructor(p: number) {
          this.p = p;
        }
        call(x: tf.Tensor, { training = false }: { training?: boolean } = {}) {
          return dropped(x, this.p, training);
        }
      },
    ],
    ['a flag of the call', (p: number) => (x: tf.Tensor, training: boolean) => dropped(x, p, training)],
    [
      'a property isTraining, and options with a default for p',
      class {
        isTraining = true;
        p: number;
        constructor({ p = 0.5 }: { p?: number } = {}) {
          this.p = p;
        }
        forward(x: tf.Tensor) {
          return dropped(x, this.p, this.isTraining);
        }
      },
    ],
  ])('a dropout with %s', (_, subject) => {
    expect(checkDropout(subject).checks.filter(({ status }) => status !== 'passed')).toEqual([]);
  });

  it('a BatchNorm with options of the call', () => {
    class Called {
      runningMean: tf.Tensor;
      runningVar: tf.Tensor;
      weight: tf.Tensor | null;
      bias: tf.Tensor | null;
      options: { eps: number; momentum: number };
      constructor(n: number, { eps = 1e-5, momentum = 0.1, affine = true } = {}) {
        this.runningMean = tf.zeros([n]);
        this.runningVar = tf.ones([n]);
        this.weight = affine ? tf.ones([n]) : null;
        this.bias = affine ? tf.zeros([n]) : null;
        this.options = { eps, momentum };
      }
      call(x: tf.Tensor, { training = false }: { training?: boolean } = {}) {
        const { eps, momentum } = this.options;
        let [mean, variance] = [this.runningMean, this.runningVar];
        if (training) {
          ({ mean, variance } = tf.moments(x, 0));
          const unbiased = tf.mul(variance, x.shape[0]! / (x.shape[0]! - 1));
          this.runningMean = tf.add(tf.mul(this.runningMean, 1 - momentum), tf.mul(mean, momentum));
          this.runningVar = tf.add(tf.mul(this.runningVar, 1 - momentum), tf.mul(unbiased, momentum));
        }
        const y = tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, eps)));
        return this.weight && this.bias ? tf.add(tf.mul(y, this.weight), this.bias) : y;
      }
    }
    expect(checkBatchNorm(Called).checks.filter(({ status }) => status !== 'passed')).toEqual([]);
  });
});
