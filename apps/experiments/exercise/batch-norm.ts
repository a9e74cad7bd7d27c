import * as tf from '@tensorflow/tfjs';

/** The options of a BatchNorm. */
export interface BatchNormOptions {
  /** Added to the variance, default 1e-5. */
  eps?: number;
  /** The weight of the new value in the running statistics, default 0.1. */
  momentum?: number;
  /** True for a learned weight and bias, default true. */
  affine?: boolean;
}

/**
 * Section 2: batch normalization of inputs `[N, C]`.
 *
 * Normalizes each of the C features to mean 0 and variance 1, multiplies it by `weight` and adds
 * `bias`. Training uses the mean and variance of the batch and updates the running ones. Evaluation
 * uses the running ones, so that a row's result does not depend on the other rows of its batch.
 *
 * The same as `torch.nn.BatchNorm1d`, whose documentation has the formula.
 */
export class BatchNorm {
  /** True in training, false in evaluation; set by `train()` and `eval()`, read by `forward`. */
  training = true;

  readonly numFeatures: number;
  readonly eps: number;
  readonly momentum: number;
  /** The factor of normalized inputs, shape [C]; null without `affine`. */
  readonly weight: tf.Variable | null;
  /** The summand after the factor, shape [C]; null without `affine`. */
  readonly bias: tf.Variable | null;
  /** The mean in evaluation, shape [C]; not learned, but updated in training. */
  readonly runningMean: tf.Variable;
  /** The variance in evaluation, shape [C]. */
  readonly runningVar: tf.Variable;

  constructor(numFeatures: number, { eps = 1e-5, momentum = 0.1, affine = true }: BatchNormOptions = {}) {
    this.numFeatures = numFeatures;
    this.eps = eps;
    this.momentum = momentum;
    this.weight = affine ? tf.variable(tf.ones([numFeatures])) : null;
    this.bias = affine ? tf.variable(tf.zeros([numFeatures])) : null;
    this.runningMean = tf.variable(tf.zeros([numFeatures]), false);
    this.runningVar = tf.variable(tf.ones([numFeatures]), false);
  }

  train(): void {
    this.training = true;
  }

  eval(): void {
    this.training = false;
  }

  /** Moves the running statistics towards those of a batch; both arguments have the shape [C]. */
  updateStatistics(batchMean: tf.Tensor, batchVariance: tf.Tensor): void {
    const follow = (running: tf.Variable, batch: tf.Tensor) =>
      running.assign(tf.add(tf.mul(running, 1 - this.momentum), tf.mul(batch, this.momentum)));
    follow(this.runningMean, batchMean);
    follow(this.runningVar, batchVariance);
  }

  forward(x: tf.Tensor): tf.Tensor {
    if (x.rank !== 2 || x.shape[1] !== this.numFeatures) {
      throw new RangeError(`BatchNorm: expected [N, ${this.numFeatures}]; received [${x.shape.join(', ')}].`);
    }
    return tf.tidy(() => this.affine(this.training ? this.trainingOutput(x) : this.evaluationOutput(x)));
  }

  /** Normalizes `x` by its own statistics, and updates the running ones. */
  trainingOutput(x: tf.Tensor): tf.Tensor {
    // TODO: compute mean and variance of each feature, call this.updateStatistics, and return the
    // normalized x.
    // HINT: tf.moments(x, axis) gives { mean, variance }, the variance divided by N. PyTorch
    // normalizes with this variance, but updates the running variance with the unbiased one,
    // divided by N − 1.
    throw new Error(`TODO: normalize a batch of ${x.shape[0]} in training`);
  }

  /** Normalizes `x` by the running statistics. */
  evaluationOutput(x: tf.Tensor): tf.Tensor {
    // TODO: the same with this.runningMean and this.runningVar. Nothing is updated here.
    throw new Error(`TODO: normalize a batch of ${x.shape[0]} in evaluation`);
  }

  /** Multiplies by the weight and adds the bias, if the layer has them. */
  affine(y: tf.Tensor): tf.Tensor {
    return this.weight && this.bias ? tf.add(tf.mul(y, this.weight), this.bias) : y;
  }
}
