import { customGrad, type Tensor } from '@tensorflow/tfjs-core';

/**
 * What `compute` returns, as a constant for gradients of any order: for conditions, since TensorFlow.js has no gradient
 * for comparisons and fails where one lies between x and the result, and for what cancels out.
 */
export function constant(compute: () => Tensor): Tensor {
  // An op without inputs leads nowhere, so that no gradient looks for its own.
  return customGrad(() => ({ value: compute(), gradFunc: () => [] }))();
}
