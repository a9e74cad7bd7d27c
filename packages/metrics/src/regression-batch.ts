import type { Tensor, TypedArray } from '@tensorflow/tfjs-core';
import { expected, isSameShape, showShape } from '@trainkit/checks';
import { checkDtype } from '@trainkit/checks/tensor';

/** A checked batch in host memory. */
export interface RegressionBatch {
  outputs: TypedArray;
  labels: TypedArray;
}

/**
 * Reads outputs and labels after a check that their shapes are equal; broadcasting would compare
 * every row with every other.
 */
export function readRegression(where: string, outputs: Tensor, labels: Tensor): RegressionBatch {
  checkDtype(where, 'outputs', outputs, 'float32', 'int32');
  checkDtype(where, 'labels', labels, 'float32', 'int32');
  if (!isSameShape(outputs.shape, labels.shape)) {
    const expectation = `the shape ${showShape(labels.shape)} of the labels`;
    throw new RangeError(expected(where, 'outputs', outputs, expectation, advice(outputs, labels)));
  }
  return { outputs: outputs.dataSync(), labels: labels.dataSync() };
}

function advice(outputs: Tensor, labels: Tensor): string {
  if (outputs.rank === 2 && outputs.shape[1] === 1 && labels.rank === 1) return 'Write outputs.squeeze([1]).';
  if (labels.rank === 2 && labels.shape[1] === 1 && outputs.rank === 1) return 'Write labels.squeeze([1]).';
  return '';
}
