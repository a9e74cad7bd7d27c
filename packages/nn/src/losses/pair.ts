import { reshape, Tensor, tensor1d, tidy } from '@tensorflow/tfjs-core';
import { expected, isSameShape, showShape } from '@trainkit/checks';
import { checkFloat32 } from '@trainkit/checks/tensor';
import { type Reduction, reduce } from './reduction.js';

/**
 * Throws unless a prediction and its target are float32 and have the same shape.
 *
 * They are not broadcast: PyTorch and TensorFlow.js broadcast `[N, 1]` and `[N]` to `[N, N]`, and
 * compute the loss of all pairs.
 */
export function checkPair(where: string, name: string, prediction: Tensor, target: Tensor): void {
  checkFloat32(where, name, prediction);
  checkFloat32(where, 'target', target);
  if (isSameShape(prediction.shape, target.shape)) return;
  const expectation = `the shape of ${name}, ${showShape(prediction.shape)}`;
  const [longer, shorter] = prediction.rank > target.rank ? [prediction, target] : [target, prediction];
  const isColumn = longer.shape.at(-1) === 1 && isSameShape(longer.shape.slice(0, -1), shorter.shape);
  const column = longer === prediction ? name : 'target';
  const instead = isColumn ? `Of a column and a row, write ${column}.squeeze([${longer.rank - 1}]).` : '';
  throw new RangeError(expected(where, 'target', target, expectation, instead));
}

/** Reduces the losses of a pair's elements. An empty pair has none, and calls no op. */
export function pairLoss(prediction: Tensor, reduction: Reduction, losses: () => Tensor): Tensor {
  return tidy(() =>
    reduce(prediction.size === 0 ? reshape(prediction, prediction.shape) : losses(), reduction),
  );
}

/** Weights as a tensor or as an array of numbers. */
export type Weights = Tensor | readonly number[];

/**
 * Converts weights to a tensor that broadcasts to `shape`; throws unless they are float32 or
 * numbers, and fit.
 */
export function weightsFor(where: string, name: string, weights: Weights, shape: readonly number[]): Tensor {
  const given = toTensor(where, name, weights);
  const offset = shape.length - given.rank;
  const fits = offset >= 0 && given.shape.every((size, i) => size === 1 || size === shape[offset + i]);
  if (!fits) {
    const expectation = `a shape that broadcasts to that of the loss, ${showShape(shape)}`;
    throw new RangeError(expected(where, name, weights, expectation));
  }
  return given;
}

function toTensor(where: string, name: string, weights: Weights): Tensor {
  if (weights instanceof Tensor) {
    checkFloat32(where, name, weights);
    return weights;
  }
  const isNumbers = Array.isArray(weights) && weights.every((weight) => typeof weight === 'number');
  if (!isNumbers) throw new TypeError(expected(where, name, weights, 'an array or a tensor of numbers'));
  return tensor1d([...weights]);
}
