import * as tf from '@tensorflow/tfjs';

/**
 * Section 4: inverted dropout.
 *
 * In training each element becomes 0 with probability p, and the others are divided by 1 − p, so
 * that the mean does not change. In evaluation the layer is the identity. The original ("vanilla")
 * dropout does not scale in training and multiplies by 1 − p in evaluation, which costs time there.
 */
export class Dropout {
  /** True in training, false in evaluation; set by `train()` and `eval()`, read by `forward`. */
  training = true;

  /** The probability of dropping an element. */
  readonly p: number;

  constructor(p: number) {
    this.p = p;
  }

  train(): void {
    this.training = true;
  }

  eval(): void {
    this.training = false;
  }

  forward(x: tf.Tensor): tf.Tensor {
    return this.training ? tf.tidy(() => this.trainingOutput(x)) : x;
  }

  /** Drops elements of `x` and scales the others. */
  trainingOutput(x: tf.Tensor): tf.Tensor {
    // TODO: draw a mask, apply it, scale the kept elements.
    // HINT: tf.randomUniform(x.shape) draws from [0, 1), other numbers at each call unless it has a
    // seed; tf.greaterEqual compares, tf.cast(…, 'float32') converts the result to numbers. Mind
    // p = 1: what is 0 / 0?
    throw new Error(`TODO: drop elements of [${x.shape.join(', ')}] with probability ${this.p}`);
  }
}
