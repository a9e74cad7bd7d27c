import * as tf from '@tensorflow/tfjs';
import { AdamW, type AdamWState } from '../../exercise/adamw.js';
import { BatchNorm } from '../../exercise/batch-norm.js';
import { Dropout } from '../../exercise/dropout.js';
import { LayerNorm } from '../../exercise/layer-norm.js';

/** What belongs into the blank of exercise/xavier.ts. */
export function solvedXavier(fanIn: number, fanOut: number): tf.Tensor {
  const bound = Math.sqrt(6 / (fanIn + fanOut));
  return tf.randomUniform([fanIn, fanOut], -bound, bound);
}

/** exercise/batch-norm.ts with its blanks filled. */
export class SolvedBatchNorm extends BatchNorm {
  override trainingOutput(x: tf.Tensor): tf.Tensor {
    const [count = 0] = x.shape;
    const { mean, variance } = tf.moments(x, 0);
    this.updateStatistics(mean, tf.mul(variance, count / (count - 1)));
    return tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, this.eps)));
  }

  override evaluationOutput(x: tf.Tensor): tf.Tensor {
    return tf.div(tf.sub(x, this.runningMean), tf.sqrt(tf.add(this.runningVar, this.eps)));
  }
}

/** exercise/layer-norm.ts with its blank filled. */
export class SolvedLayerNorm extends LayerNorm {
  override forward(x: tf.Tensor): tf.Tensor {
    return tf.tidy(() => {
      const axes = this.normalizedShape.map((_, i) => x.rank - 1 - i);
      const { mean, variance } = tf.moments(x, axes, true);
      const y = tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, this.eps)));
      return this.weight && this.bias ? tf.add(tf.mul(y, this.weight), this.bias) : y;
    });
  }
}

/** exercise/dropout.ts with its blank filled. */
export class SolvedDropout extends Dropout {
  override trainingOutput(x: tf.Tensor): tf.Tensor {
    if (this.p === 1) return tf.zerosLike(x);
    const mask = tf.cast(tf.greaterEqual(tf.randomUniform(x.shape), this.p), 'float32');
    return tf.div(tf.mul(x, mask), 1 - this.p);
  }
}

/** exercise/adamw.ts with its blanks filled. */
export class SolvedAdamW extends AdamW {
  override update(param: tf.Variable, gradient: tf.Tensor, state: AdamWState): void {
    const [beta1, beta2] = this.betas;
    const { firstMoment, secondMoment, step } = state;
    firstMoment.assign(tf.add(tf.mul(beta1, firstMoment), tf.mul(1 - beta1, gradient)));
    secondMoment.assign(tf.add(tf.mul(beta2, secondMoment), tf.mul(1 - beta2, tf.square(gradient))));
    const first = tf.div(firstMoment, 1 - beta1 ** step);
    const second = tf.div(secondMoment, 1 - beta2 ** step);
    const decayed = tf.mul(param, 1 - this.learningRate * this.weightDecay);
    param.assign(
      tf.sub(decayed, tf.mul(this.learningRate, tf.div(first, tf.add(tf.sqrt(second), this.eps)))),
    );
  }
}
