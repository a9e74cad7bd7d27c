import type { Tensor, TypedArray } from '@tensorflow/tfjs-core';
import { expected, show } from '@trainkit/checks';
import { checkFloat32 } from '@trainkit/checks/tensor';
import { checkLabels } from './classification-batch.js';

/**
 * The largest difference between a row's sum of probabilities and 1. Models in float16 round by up
 * to 5e-4.
 */
const TOLERANCE = 1e-3;

/**
 * The rows that are not ignored. Each has a score for each class; for two classes only that of
 * class 1.
 */
export interface ScoredRows {
  scores: number[];
  labels: number[];
}

/** The options of {@link readScores}. */
interface ScoreOptions {
  numClasses: number;
  fromLogits: boolean;
  ignoreIndex: number | undefined;
}

/**
 * Reads scores and labels for ROC AUC after a check of shapes, dtypes, labels and probabilities.
 */
export function readScores(outputs: Tensor, labels: Tensor, options: ScoreOptions): ScoredRows {
  const { numClasses, fromLogits, ignoreIndex } = options;
  const columns = checkScores(outputs, numClasses);
  checkLabels('RocAuc.update', labels, outputs);
  const read: ScoredRows = { scores: [], labels: [] };
  const all = outputs.dataSync();
  for (const [row, label] of labels.dataSync().entries()) {
    if (label === ignoreIndex) continue;
    checkLabel(label, row, numClasses);
    const given = all.subarray(row * columns, (row + 1) * columns);
    if (columns > 1 && !fromLogits) checkProbabilities(given, row, numClasses);
    const scores = columns > 1 && fromLogits ? softmax(given) : [...given];
    read.scores.push(...(columns === 2 ? scores.slice(1) : scores));
    read.labels.push(label);
  }
  return read;
}

/** Checks the scores, and returns the number of columns. */
function checkScores(outputs: Tensor, numClasses: number): number {
  checkFloat32('RocAuc.update', 'outputs', outputs);
  const [, columns = 1] = outputs.shape;
  const isBinary = numClasses === 2 && columns === 1;
  if ((outputs.rank === 1 && isBinary) || (outputs.rank === 2 && (isBinary || columns === numClasses)))
    return columns;
  throw new RangeError(
    expected(
      'RocAuc.update',
      'outputs',
      outputs,
      numClasses === 2
        ? 'the shape [n], the scores of class 1, or [n, 2]'
        : `the shape [n, ${numClasses}], one score for each class`,
      outputs.rank === 2 && columns > 1 ? `Write new RocAuc(${columns}).` : '',
    ),
  );
}

function checkLabel(label: number, row: number, numClasses: number): void {
  if (label >= 0 && label < numClasses) return;
  throw new RangeError(
    `RocAuc.update: labels holds ${label} in row ${row}; expected classes from 0 to ${numClasses - 1}. ` +
      `Write ignoreIndex: ${label} to leave these rows out.`,
  );
}

/**
 * Throws unless the scores are probabilities. Ranking one class over all rows needs comparable
 * scores, and logits have a different offset in each row.
 */
function checkProbabilities(given: TypedArray, row: number, numClasses: number): void {
  let sum = 0;
  let isNegative = false;
  for (const value of given) {
    sum += value;
    isNegative ||= value < 0;
  }
  // NaN is accepted, and makes the area NaN.
  if (!isNegative && !(Math.abs(sum - 1) > TOLERANCE)) return;
  const values = [...given].map((value) => Number(value.toPrecision(4)));
  throw new RangeError(
    `RocAuc.update: row ${row} of outputs is ${show(values)}; expected probabilities that add up to 1. ` +
      `Write new RocAuc(${numClasses}, { fromLogits: true }) for logits.`,
  );
}

/** In double precision, since float32 would make the scores of nearly certain rows equal. */
function softmax(logits: TypedArray): number[] {
  const greatest = Math.max(...logits);
  const exponentials = Array.from(logits, (logit) => Math.exp(logit - greatest));
  const sum = exponentials.reduce((a, b) => a + b, 0);
  return exponentials.map((value) => value / sum);
}
