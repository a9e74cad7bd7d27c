import * as tf from '@tensorflow/tfjs';

/**
 * Section 4: inverted dropout.
 *
 * In training each element becomes 0 with probability p, and what is kept is divided by 1 − p, so that the mean stays
 * what it was. In evaluation nothing happens. The original ("vanilla") dropout leaves training unscaled and multiplies
 * by 1 − p in evaluation: the same idea, but a layer in evaluation is then not free.
 */
export class Dropout {
  /** Whether the layer trains or evaluates: `train()` and `eval()` set it, `forward` asks for it. */
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
    // TODO: draw a mask, apply it, scale what is left.
    // HINT: tf.randomUniform(x.shape) draws from [0, 1), anew at each call unless it is given a seed; tf.greaterEqual
    // compares, tf.cast(…, 'float32') makes numbers of that. Mind p = 1: what is 0 / 0?
    throw new Error(`TODO: drop elements of [${x.shape.join(', ')}] with probability ${this.p}`);
  }
}
