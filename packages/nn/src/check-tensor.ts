import { Tensor } from '@tensorflow/tfjs-core';
import { show } from '@trainkit/random';

/**
 * Throws unless `value` is a tensor that still has its data.
 *
 * @param name who asks and for what, the first words of the error: `'linear: x'`
 */
export function checkTensor(name: string, value: unknown): asserts value is Tensor {
  if (!(value instanceof Tensor)) {
    throw new TypeError(`${name} must be a tensor; received ${show(value)}. Write tf.tensor(…).`);
  }
  if (value.isDisposed) {
    throw new Error(
      `${name}, of shape [${value.shape.join(', ')}], has been disposed. Dispose it after its last use; ` +
        'what is to outlive a tf.tidy is returned from it or passed to tf.keep.',
    );
  }
}
