import * as tf from '@tensorflow/tfjs-core';
import { expected } from '@trainkit/checks';
import { checkTensor, checkTensorShape } from '@trainkit/checks/tensor';
import type { Weights } from './pair.js';

/** Throws unless `weight` has one number for each class. */
export function checkClassWeights(where: string, weight: Weights | undefined, classes: number): void {
  if (weight instanceof tf.Tensor) {
    checkTensor(where, 'weight', weight);
    checkTensorShape(where, 'weight', weight, [classes], 'one number for each class');
  } else if (weight !== undefined) {
    const isNumbers = Array.isArray(weight) && weight.every((w) => typeof w === 'number');
    if (isNumbers && weight.length === classes) return;
    const expectation = `an array or a tensor of ${classes} numbers, one for each class`;
    throw new (isNumbers ? RangeError : TypeError)(expected(where, 'weight', weight, expectation));
  }
}

/** Converts weights to a float32 tensor. */
export function classWeights(weight: Weights): tf.Tensor {
  return weight instanceof tf.Tensor ? tf.cast(weight, 'float32') : tf.tensor1d([...weight]);
}
