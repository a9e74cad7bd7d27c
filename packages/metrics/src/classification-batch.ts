import type { Tensor, TypedArray } from '@tensorflow/tfjs-core';
import { checkInteger, expected } from '@trainkit/checks';
import { checkDtype, checkOrder, checkTensor } from '@trainkit/checks/tensor';

/** The options of {@link readClassification}. */
export interface ReadOptions {
  /** The class of the metric, for errors. */
  name: string;
  /** The number of classes, if the metric knows it. */
  numClasses?: number | undefined;
  /** The label of ignored rows. */
  ignoreIndex?: number | undefined;
}

/** A checked batch in host memory. */
export interface ClassificationBatch {
  /** Scores, row by row, or predicted classes. */
  outputs: TypedArray;
  labels: TypedArray;
  /** The number of scores of a row; undefined if `outputs` are predicted classes. */
  columns: number | undefined;
}

/** Throws unless `ignoreIndex` is undefined or a label that int32 holds. */
export function checkIgnoreIndex(name: string, ignoreIndex: number | undefined): void {
  if (ignoreIndex === undefined) return;
  checkInteger(name, 'ignoreIndex', ignoreIndex, { min: -(2 ** 31), max: 2 ** 31 - 1 });
}

/**
 * Reads outputs, `[n, classes]` float32 or `[n]` int32, and labels, `[n]` int32, after a check of
 * shapes, dtypes and all classes that are not ignored, so that a batch that throws is not counted
 * in part.
 */
export function readClassification(
  outputs: Tensor,
  labels: Tensor,
  options: ReadOptions,
): ClassificationBatch {
  const { name, numClasses, ignoreIndex } = options;
  const where = `${name}.update`;
  checkOrder(where, outputs, labels, 'update(outputs, labels)');
  const columns = checkOutputs(where, outputs, name, numClasses);
  checkLabels(where, labels, outputs);
  const batch = { outputs: outputs.dataSync(), labels: labels.dataSync(), columns };
  const classes = columns ?? numClasses ?? 2 ** 31;
  for (const [row, label] of batch.labels.entries()) {
    if (label === ignoreIndex) continue;
    checkClass(where, 'labels', label, row, classes, `Write ignoreIndex: ${label} to leave these rows out.`);
    if (columns === undefined) checkClass(where, 'outputs', batch.outputs[row]!, row, classes);
  }
  return batch;
}

/** Throws unless `labels` has one int32 class for each row of `outputs`. */
export function checkLabels(where: string, labels: Tensor, outputs: Tensor): void {
  checkDtype(where, 'labels', labels, 'int32');
  const rows = outputs.shape[0] ?? 0;
  if (labels.rank === 1 && labels.size === rows) return;
  const advice =
    labels.rank !== 2 ? '' : labels.shape[1] === 1 ? 'Write labels.squeeze([1]).' : 'Write labels.argMax(1).';
  throw new RangeError(
    expected(where, 'labels', labels, `the shape [${rows}], one class for each row of outputs`, advice),
  );
}

/** The number of columns of scores; undefined for predicted classes. */
function checkOutputs(
  where: string,
  outputs: Tensor,
  name: string,
  numClasses: number | undefined,
): number | undefined {
  checkTensor(where, 'outputs', outputs);
  if (outputs.rank === 1 && outputs.dtype === 'int32') return undefined;
  const [, columns = 0] = outputs.shape;
  const shape = `[n, ${numClasses ?? 'classes'}]`;
  if (outputs.rank !== 2 || outputs.dtype !== 'float32' || columns < 2) {
    throw new RangeError(
      expected(
        where,
        'outputs',
        outputs,
        `float32 scores of shape ${shape} or int32 classes of shape [n]`,
        outputsAdvice(outputs),
      ),
    );
  }
  if (numClasses !== undefined && columns !== numClasses) {
    throw new RangeError(
      expected(where, 'outputs', outputs, `the shape ${shape}`, `Write new ${name}(${columns}).`),
    );
  }
  return columns;
}

/** The advice for outputs of another shape or dtype. */
function outputsAdvice(outputs: Tensor): string {
  const { rank, shape, dtype } = outputs;
  if (rank === 1 || (rank === 2 && shape[1] === 1)) {
    const flat = rank === 1 ? 'outputs' : 'outputs.squeeze([1])';
    if (dtype === 'float32') return `Write ${flat}.greater(0.5).cast('int32') for probabilities.`;
    return `Write ${flat}.cast('int32').`;
  }
  if (rank === 2) return "Write outputs.cast('float32').";
  if (rank > 2) return `Write outputs.reshape([-1, ${shape[rank - 1]}]) and labels.flatten().`;
  return '';
}

function checkClass(
  where: string,
  what: string,
  value: number,
  row: number,
  classes: number,
  advice = '',
): void {
  if (value >= 0 && value < classes) return;
  throw new RangeError(
    `${where}: ${what} holds ${value} in row ${row}; expected classes from 0 to ${classes - 1}.` +
      `${advice === '' ? '' : ` ${advice}`}`,
  );
}
