import * as tf from '@tensorflow/tfjs-core';

/** `[N, C]`, true where the column is the row's label; a label that is no class has no true column. */
export function oneHot(labels: tf.Tensor, classes: number): tf.Tensor {
  return tf.equal(tf.expandDims(labels, 1), tf.range(0, classes, 1, 'int32'));
}

/**
 * Each row's value in the column of its label, from `[N, C]` values or, the same for all rows, `[C]`; 0 where the
 * label is no class, also where values are infinite.
 */
export function pick(values: tf.Tensor, hot: tf.Tensor): tf.Tensor {
  return tf.sum(tf.where(hot, values, 0), 1);
}
