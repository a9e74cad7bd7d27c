import { getBackend, reshape, type Tensor } from '@tensorflow/tfjs-core';
import { checkInteger, expected, isSameShape, showShape } from '@trainkit/checks';
import { checkDtype, checkFloat32, checkOrder, checkTensor } from '@trainkit/checks/tensor';
import { type Reduction, reduce } from './reduction.js';

/**
 * Throws unless `labels` have a class for each row of `scores`: int32 `[N, …]` for float32
 * `[N, …, C]`.
 */
export function checkClassification(where: string, name: string, scores: Tensor, labels: Tensor): void {
  checkOrder(where, scores, labels, `${where}(${name}, labels)`);
  checkFloat32(where, name, scores);
  checkTensor(where, 'labels', labels);
  const shape = scores.shape.slice(0, -1);
  if (scores.rank === 0 || (scores.rank === 1 && labels.rank > 0)) {
    const expectation = 'the shape [N, …, C], one row of scores for each label';
    throw new RangeError(expected(where, name, scores, expectation));
  }
  if (!isSameShape(labels.shape, shape)) {
    const expectation = `the shape ${showShape(shape)}, one label for each row of ${name}`;
    throw new RangeError(expected(where, 'labels', labels, expectation, advice(name, scores, labels)));
  }
  checkDtype(where, 'labels', labels, 'int32');
  checkClasses(where, name, scores);
}

/** Throws if there are rows, but no classes. */
export function checkClasses(where: string, name: string, scores: Tensor): void {
  if (scores.shape.at(-1) !== 0 || scores.shape.slice(0, -1).includes(0)) return;
  throw new RangeError(expected(where, name, scores, 'a column for each class'));
}

/** The loss of scores without rows. TensorFlow's op refuses empty tensors. */
export function lossOfNothing(scores: Tensor, reduction: Reduction): Tensor {
  return reduce(reshape(scores, scores.shape.slice(0, -1)), reduction);
}

/** The advice for labels of another shape. */
function advice(name: string, scores: Tensor, labels: Tensor): string {
  const last = scores.rank - 1;
  const isColumn = labels.rank === scores.rank && labels.shape[last] === 1 && scores.shape[last] !== 1;
  if (isColumn) return `Of a column, write labels.squeeze([${last}]).`;
  if (isSameShape(labels.shape, scores.shape)) return `Of one-hot labels, write labels.argMax(${last}).`;
  const [batch, , ...rest] = scores.shape;
  if (scores.rank > 2 && isSameShape(labels.shape, [batch!, ...rest])) {
    const order = [0, ...rest.map((_, i) => i + 2), 1];
    return `Classes are the last dimension here, not the second: write ${name}.transpose(${showShape(order)}).`;
  }
  return '';
}

/** Throws unless `ignoreIndex` fits into an int32 tensor. */
export function checkIgnoreIndex(where: string, ignoreIndex: number): void {
  checkInteger(where, 'ignoreIndex', ignoreIndex, { min: -(2 ** 31), max: 2 ** 31 - 1 });
}

/**
 * True if labels can be read without waiting: on backends that compute in this process's memory.
 */
export function labelsAreNear(): boolean {
  return ['cpu', 'wasm', 'tensorflow', 'native'].includes(getBackend());
}

/**
 * The number of labels that are `ignoreIndex`; throws if another label is not a class. Reads the
 * labels.
 */
export function countIgnored(
  where: string,
  name: string,
  labels: Tensor,
  classes: number,
  ignoreIndex: number,
): number {
  let ignored = 0;
  const values = labels.dataSync();
  for (let row = 0; row < values.length; row++) {
    const label = values[row]!;
    if (label === ignoreIndex) ignored++;
    else if (!(label >= 0 && label < classes)) {
      const expectation = `a class from 0 to ${classes - 1}, since ${name} has ${classes} columns`;
      const instead = `To leave its rows out, write { ignoreIndex: ${label} }.`;
      throw new RangeError(
        expected(where, `labels[${indexOf(row, labels.shape)}]`, label, expectation, instead),
      );
    }
  }
  return ignored;
}

/** The index of the element at `offset` in a tensor of this shape: `1, 2`. */
function indexOf(offset: number, shape: readonly number[]): string {
  let rest = offset;
  return shape
    .map((_, axis) => {
      const stride = shape.slice(axis + 1).reduce((product, size) => product * size, 1);
      const index = Math.floor(rest / stride);
      rest %= stride;
      return index;
    })
    .join(', ');
}
