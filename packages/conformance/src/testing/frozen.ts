import * as tf from '@tensorflow/tfjs-core';

/** The same numbers, which no gradient reaches. */
export function frozen(value: tf.Tensor): tf.Tensor {
  return tf.tensor(value.dataSync(), value.shape);
}
