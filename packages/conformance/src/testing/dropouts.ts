import * as tf from '@tensorflow/tfjs-core';

/** A right dropout in stock operations, each step a method that a wrong one overrides. */
export class Dropout {
  training = true;
  readonly p: number;

  constructor(p: number) {
    this.p = p;
  }

  forward(x: tf.Tensor): tf.Tensor {
    return tf.tidy(() => (this.training ? this.trainingOutput(x) : this.evaluationOutput(x)));
  }

  trainingOutput(x: tf.Tensor): tf.Tensor {
    return this.p === 1 ? tf.zerosLike(x) : tf.mul(tf.mul(x, this.mask(x.shape)), this.scale());
  }

  evaluationOutput(x: tf.Tensor): tf.Tensor {
    return tf.clone(x);
  }

  mask(shape: number[]): tf.Tensor {
    return tf.cast(tf.greaterEqual(this.uniform(shape), this.p), 'float32');
  }

  uniform(shape: number[]): tf.Tensor {
    return tf.randomUniform(shape, 0, 1, 'float32');
  }

  scale(): number {
    return 1 / (1 - this.p);
  }
}

/** The same law by another way: a function with setTraining, Math.random, a gradient of its own. */
export function functionalDropout(p: number) {
  let training = true;
  return {
    setTraining(mode: boolean): void {
      training = mode;
    },
    apply(x: tf.Tensor): tf.Tensor {
      if (!training) return x;
      return tf.customGrad((input, save) => {
        const draws = Array.from({ length: x.size }, () => (Math.random() < p ? 0 : 1 / (1 - p)));
        const mask = tf.tensor(draws, x.shape);
        if (typeof save === 'function') save([mask]);
        return {
          value: tf.mul(input as tf.Tensor, mask),
          gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => tf.mul(dy, saved[0]!),
        };
      })(x);
    },
  };
}
