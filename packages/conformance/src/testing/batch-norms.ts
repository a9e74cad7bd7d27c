import * as tf from '@tensorflow/tfjs-core';

/** Options of the BatchNorms below. */
interface Options {
  eps?: number;
  momentum?: number;
  affine?: boolean;
}

/** A right BatchNorm in stock operations, each step a method that a wrong one overrides. */
export class BatchNorm {
  training = true;
  readonly weight: tf.Variable | null;
  readonly bias: tf.Variable | null;
  readonly runningMean: tf.Variable;
  readonly runningVar: tf.Variable;
  readonly eps: number;
  readonly momentum: number;

  constructor(numFeatures: number, { eps = 1e-5, momentum = 0.1, affine = true }: Options = {}) {
    this.eps = eps;
    this.momentum = momentum;
    this.weight = affine ? tf.variable(tf.ones([numFeatures])) : null;
    this.bias = affine ? tf.variable(tf.zeros([numFeatures])) : null;
    this.runningMean = tf.variable(tf.zeros([numFeatures]), false);
    this.runningVar = tf.variable(tf.ones([numFeatures]), false);
  }

  train(mode = true): this {
    this.training = mode;
    return this;
  }

  eval(): this {
    return this.train(false);
  }

  forward(x: tf.Tensor): tf.Tensor {
    return tf.tidy(() => this.affine(this.training ? this.trainingOutput(x) : this.evaluationOutput(x)));
  }

  trainingOutput(x: tf.Tensor): tf.Tensor {
    const { mean, variance } = this.moments(x);
    this.update(mean, variance, x.shape[0]!);
    return this.normalise(x, mean, this.batchVariance(variance, x.shape[0]!));
  }

  evaluationOutput(x: tf.Tensor): tf.Tensor {
    return this.normalise(x, this.runningMean, this.runningVar);
  }

  moments(x: tf.Tensor): { mean: tf.Tensor; variance: tf.Tensor } {
    return tf.moments(x, 0);
  }

  batchVariance(variance: tf.Tensor, _count: number): tf.Tensor {
    return variance;
  }

  runningVariance(variance: tf.Tensor, count: number): tf.Tensor {
    return tf.mul(variance, count / (count - 1));
  }

  update(mean: tf.Tensor, variance: tf.Tensor, count: number): void {
    this.runningMean.assign(this.blend(this.runningMean, mean));
    this.runningVar.assign(this.blend(this.runningVar, this.runningVariance(variance, count)));
  }

  blend(old: tf.Tensor, fresh: tf.Tensor): tf.Tensor {
    return tf.add(tf.mul(1 - this.momentum, old), tf.mul(this.momentum, fresh));
  }

  normalise(x: tf.Tensor, mean: tf.Tensor, variance: tf.Tensor): tf.Tensor {
    return tf.div(this.centre(x, mean), this.denominator(variance));
  }

  centre(x: tf.Tensor, mean: tf.Tensor): tf.Tensor {
    return tf.sub(x, mean);
  }

  denominator(variance: tf.Tensor): tf.Tensor {
    return tf.sqrt(tf.add(variance, this.eps));
  }

  affine(y: tf.Tensor): tf.Tensor {
    return this.weight && this.bias ? tf.add(tf.mul(y, this.weight), this.bias) : y;
  }
}

/** The same numbers by another way: a function, snake_case, E[x²] − E[x]², matrix products, plain arrays. */
export function functionalBatchNorm(num_features: number, eps = 1e-5, momentum = 0.1, affine = true) {
  const gamma = affine ? tf.variable(tf.ones([num_features])) : null;
  const beta = affine ? tf.variable(tf.zeros([num_features])) : null;
  const state = {
    gamma,
    beta,
    training: true,
    running_mean: new Array<number>(num_features).fill(0),
    running_var: new Array<number>(num_features).fill(1),
    call(x: tf.Tensor2D): tf.Tensor {
      const [n] = x.shape;
      let mean: tf.Tensor = tf.tensor2d([state.running_mean]);
      let variance: tf.Tensor = tf.tensor2d([state.running_var]);
      if (state.training) {
        const average = tf.fill([1, n], 1 / n) as tf.Tensor2D;
        mean = tf.matMul(average, x);
        variance = tf.sub(tf.matMul(average, tf.square(x)), tf.square(mean));
        const blend = (old: number[], fresh: ArrayLike<number>, factor: number) =>
          old.map((value, i) => value + momentum * (factor * fresh[i]! - value));
        state.running_mean = blend(state.running_mean, mean.dataSync(), 1);
        state.running_var = blend(state.running_var, variance.dataSync(), n / (n - 1));
      }
      const y = tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, eps)));
      return gamma && beta ? tf.add(tf.mul(y, gamma), beta) : y;
    },
  };
  return state;
}
