import { customGrad, type Tensor } from '@tensorflow/tfjs-core';

/**
 * Returns the result of `compute` as a constant for gradients of any order. It is for conditions
 * and for terms that cancel: TensorFlow.js has no gradient of comparisons, and fails if one is
 * between x and the result.
 */
export function constant(compute: () => Tensor): Tensor {
  // An op without inputs ends the tape, so no gradient of the comparison is needed.
  return customGrad(() => ({ value: compute(), gradFunc: () => [] }))();
}
