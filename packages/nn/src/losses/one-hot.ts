import * as tf from '@tensorflow/tfjs-core';

/**
 * `[N, C]`, true in the column of the row's label; a label that is not a class has no true column.
 */
export function oneHot(labels: tf.Tensor, classes: number): tf.Tensor {
  return tf.equal(tf.expandDims(labels, 1), tf.range(0, classes, 1, 'int32'));
}

/**
 * Each row's value in the column of its label, from values `[N, C]`, or `[C]` if they are the same
 * for all rows; 0 if the label is not a class, even where values are infinite.
 */
export function pick(values: tf.Tensor, hot: tf.Tensor): tf.Tensor {
  return tf.sum(tf.where(hot, values, 0), 1);
}
