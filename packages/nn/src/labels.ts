import { getBackend, type Tensor } from '@tensorflow/tfjs-core';
import { checkTensor } from './check-tensor.js';

/** Throws unless `logits` and `labels` belong together: `[N, C]` and int32 `[N]`. */
export function checkClassification(name: string, logits: Tensor, labels: Tensor): void {
  checkTensor(`${name}: logits`, logits);
  checkTensor(`${name}: labels`, labels);
  if (logits.rank !== 2 || logits.dtype !== 'float32') {
    throw new RangeError(
      `${name}: logits has the shape [N, C], float32: one row of raw scores for each example; ` +
        `received ${logits.dtype} [${logits.shape.join(', ')}].`,
    );
  }
  if (labels.rank !== 1) {
    const column = labels.shape[1] === 1;
    const advice = column ? 'A column? Pass labels.squeeze([1]).' : 'One-hot labels? Pass labels.argMax(1).';
    throw new RangeError(
      `${name}: labels has the shape [N], one class for each example; received [${labels.shape.join(', ')}].${labels.rank === 2 ? ` ${advice}` : ''}`,
    );
  }
  if (labels.dtype !== 'int32') {
    throw new TypeError(
      `${name}: labels are integers; received ${labels.dtype}. Write tf.tensor1d(labels, 'int32') or labels.cast('int32').`,
    );
  }
  if (labels.shape[0] !== logits.shape[0]) {
    throw new RangeError(
      `${name}: one label for each row of logits; received ${labels.shape[0]} labels for ${logits.shape[0]} rows.`,
    );
  }
  if (logits.shape[1] === 0 && labels.size > 0) {
    throw new RangeError(`${name}: logits has a column for each class; received [${labels.size}, 0].`);
  }
}

/** Whether labels can be read without waiting: on backends that compute in this process' memory. */
export function labelsAreNear(): boolean {
  return ['cpu', 'wasm', 'tensorflow'].includes(getBackend());
}

/** How many labels are `ignoreIndex`; throws where one is neither that nor a class. Reads the labels. */
export function countIgnored(labels: Tensor, classes: number, ignoreIndex: number): number {
  let ignored = 0;
  for (const [row, label] of labels.dataSync().entries()) {
    if (label === ignoreIndex) ignored++;
    else if (!(label >= 0 && label < classes)) {
      throw new RangeError(
        `crossEntropy: labels are classes from 0 to ${classes - 1}, since logits has ${classes} columns; ` +
          `received ${label} in row ${row}. A label that is to count for nothing: pass it as ignoreIndex.`,
      );
    }
  }
  return ignored;
}
