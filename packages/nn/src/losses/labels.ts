import { getBackend, type Tensor } from '@tensorflow/tfjs-core';
import { expected } from '@trainkit/checks';
import { checkDtype, checkFloat32, checkTensor, checkTensorShape } from '@trainkit/checks/tensor';

/** Throws unless `logits` and `labels` belong together: `[N, C]` and int32 `[N]`. */
export function checkClassification(name: string, logits: Tensor, labels: Tensor): void {
  checkFloat32(name, 'logits', logits);
  checkTensor(name, 'labels', labels);
  if (logits.rank !== 2) {
    const expectation = 'the shape [N, C], one row of raw scores for each example';
    throw new RangeError(expected(name, 'logits', logits, expectation));
  }
  if (labels.rank !== 1) {
    const column = labels.shape[1] === 1;
    const advice = column
      ? 'Of a column, write labels.squeeze([1]).'
      : 'Of one-hot labels, write labels.argMax(1).';
    const expectation = 'the shape [N], one class for each example';
    throw new RangeError(expected(name, 'labels', labels, expectation, labels.rank === 2 ? advice : ''));
  }
  checkDtype(name, 'labels', labels, 'int32');
  checkTensorShape(name, 'labels', labels, [logits.shape[0]!], 'one label for each row of logits');
  if (logits.shape[1] === 0 && labels.size > 0) {
    throw new RangeError(expected(name, 'logits', logits, 'a column for each class'));
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
      const expectation = `a class from 0 to ${classes - 1}, since logits has ${classes} columns`;
      const instead = `To leave its rows out, write { ignoreIndex: ${label} }.`;
      throw new RangeError(expected('crossEntropy', `labels[${row}]`, label, expectation, instead));
    }
  }
  return ignored;
}
