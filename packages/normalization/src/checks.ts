import type { Tensor } from '@tensorflow/tfjs-core';
import { checkNumber } from '@trainkit/checks';
import { checkFloat32, checkTensorShape } from '@trainkit/checks/tensor';

/** Throws unless `x` is absent or a float32 tensor of this shape. */
export function checkParameter(
  where: string,
  name: string,
  x: Tensor | null,
  shape: readonly number[],
  because: string,
): void {
  if (x === null) return;
  checkFloat32(where, name, x);
  checkTensorShape(where, name, x, shape, because);
}

/** Throws unless `eps` is a number that may be added to a variance. */
export function checkEps(where: string, eps: unknown): void {
  checkNumber(where, 'eps', eps, { above: 0, instead: 'Write for example { eps: 1e-5 }.' });
}

/** Throws unless `momentum` is a weight of the new statistics, or null. */
export function checkMomentum(where: string, momentum: unknown): void {
  if (momentum === null) return;
  checkNumber(where, 'momentum', momentum, {
    min: 0,
    max: 1,
    or: 'null for the average of all batches',
    instead: 'It is the weight of the new statistics: momentum 0.99 of Keras and TensorFlow.js is 0.01 here.',
  });
}
