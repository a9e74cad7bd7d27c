import { Tensor } from '@tensorflow/tfjs-core';
import { show } from '@trainkit/random';

/** Throws unless `p` is a probability. */
export function checkProbability(method: string, p: number): void {
  if (typeof p === 'number' && p >= 0 && p <= 1) return;
  throw new RangeError(
    `${method}: p is the probability of dropping an element, a number from 0 to 1 (10 % is 0.1); received ${show(p)}.`,
  );
}

/** Throws unless `x` is a float32 tensor that still has its values. */
export function checkInput(method: string, x: Tensor): void {
  if (!(x instanceof Tensor)) {
    throw new TypeError(`${method}: x must be a tensor; received ${show(x)}. Write tf.tensor(x).`);
  }
  if (x.isDisposed) {
    throw new Error(
      `${method}: x, of shape [${x.shape.join(', ')}], is disposed. In a tf.tidy, tf.keep what is to outlive it.`,
    );
  }
  if (x.dtype !== 'float32') {
    throw new TypeError(`${method}: x must be float32; received ${x.dtype}. Write x.cast('float32').`);
  }
}

/** Throws unless `training` is true or false. */
export function checkTraining(method: string, training: boolean): void {
  if (typeof training === 'boolean') return;
  throw new TypeError(`${method}: training must be true or false; received ${show(training)}.`);
}

/** Throws unless `shape` is an array of whole numbers from 0 on. */
export function checkShape(method: string, shape: readonly number[]): void {
  if (Array.isArray(shape) && shape.every((size) => Number.isSafeInteger(size) && size >= 0)) return;
  throw new RangeError(
    `${method}: shape must be an array of whole numbers from 0 on, like [128, 512]; received ${show(shape)}.`,
  );
}
