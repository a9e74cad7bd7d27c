import * as tf from '@tensorflow/tfjs-core';
import { describeMetric, type MetricCase } from '@trainkit/testing';
import {
  Accuracy,
  ConfusionMatrix,
  F1,
  Mean,
  MeanAbsoluteError,
  MeanLoss,
  MeanSquaredError,
  type MetricState,
  Precision,
  R2Score,
  Recall,
  RocAuc,
} from './index.js';

type Pair = [outputs: tf.Tensor, labels: tf.Tensor];
type Case = MetricCase<Pair, MetricState>;

const ROWS = 30;
const CLASSES = 3;
const EXACTLY = { atol: 0, rtol: 0 };

/** Numbers without a pattern, a tenth of which equal an earlier one. */
const value = (i: number) => Math.fround(Math.sin(12.9898 * (i % 27) + 1) * 3);
const label = (i: number) => ((i * i + 3 * i) % 7) % CLASSES;

const logits = (rows: readonly number[], columns = CLASSES) =>
  tf.tensor2d(
    rows.flatMap((row) => Array.from({ length: columns }, (_, c) => value(row * columns + c))),
    [rows.length, columns],
  );
const labels = (rows: readonly number[]) => tf.tensor1d(rows.map(label), 'int32');
const classes = (rows: readonly number[]): Pair => [logits(rows), labels(rows)];
const oneRowOfNaN = (): Pair => [tf.fill([1, CLASSES], Number.NaN), tf.tensor1d([0], 'int32')];
const badLabel = (): Pair => [logits([0, 1]), tf.tensor1d([0, CLASSES], 'int32')];

/**
 * Asserts that a row of NaN, for which PyTorch's argmax predicts class 0, has the same effect as
 * one whose greatest logit is class 0's.
 */
function withClass0(metric: {
  update: (...pair: Pair) => void;
  compute: () => number | number[] | number[][];
}) {
  return tf.tidy(() => {
    metric.update(...classes(Array.from({ length: ROWS }, (_, i) => i)));
    metric.update(tf.tensor2d([[9, 0, 0]]), tf.tensor1d([0], 'int32'));
    return metric.compute();
  });
}

const counting = (
  title: string,
  metric: () => ReturnType<Case['metric']> & { compute: () => number | number[] | number[][] },
): Case => ({
  title,
  metric,
  rows: ROWS,
  batch: classes,
  nan: {
    batch: oneRowOfNaN,
    get result() {
      return withClass0(metric());
    },
  },
  refused: badLabel,
  closeness: EXACTLY,
});

describeMetric('Accuracy', [
  counting('of logits', () => new Accuracy()),
  counting('top 2', () => new Accuracy({ topK: 2 })),
  { ...counting('with ignored labels', () => new Accuracy({ ignoreIndex: 1 })) },
  {
    ...counting('of predicted classes', () => new Accuracy()),
    batch: (rows): Pair => [
      tf.tensor1d(
        rows.map((row) => label(row + 1)),
        'int32',
      ),
      labels(rows),
    ],
    nan: {
      batch: oneRowOfNaN,
      result:
        (Array.from({ length: ROWS }, (_, i) => i).filter((i) => label(i) === label(i + 1)).length + 1) /
        (ROWS + 1),
    },
  },
]);

describeMetric('ConfusionMatrix', [
  counting('of counts', () => new ConfusionMatrix(CLASSES)),
  counting('normalized', () => new ConfusionMatrix(CLASSES, { normalize: 'true', ignoreIndex: 2 })),
]);

describeMetric('Precision', [counting('macro', () => new Precision(CLASSES))]);
describeMetric('Recall', [counting('of each class', () => new Recall(CLASSES, { average: 'none' }))]);
describeMetric('F1', [
  counting('weighted', () => new F1(CLASSES, { average: 'weighted' })),
  counting('micro', () => new F1(CLASSES, { average: 'micro', ignoreIndex: 0 })),
]);

describeMetric<Pair, MetricState>('RocAuc', [
  {
    title: 'of scores with ties',
    metric: () => new RocAuc(),
    rows: ROWS,
    batch: (rows) => [
      tf.tensor1d(rows.map(value)),
      tf.tensor1d(
        rows.map((row) => label(row) % 2),
        'int32',
      ),
    ],
    nan: { batch: () => [tf.tensor1d([Number.NaN]), tf.tensor1d([1], 'int32')], result: Number.NaN },
    refused: () => [tf.tensor1d([0.5, 0.5]), tf.tensor1d([1, 2], 'int32')],
    closeness: EXACTLY,
  },
  {
    title: 'of logits of three classes',
    metric: () => new RocAuc(CLASSES, { fromLogits: true }),
    rows: ROWS,
    batch: classes,
    nan: { batch: oneRowOfNaN, result: Number.NaN },
    refused: badLabel,
    closeness: EXACTLY,
  },
]);

describeMetric<Pair, MetricState>('MeanLoss', [
  {
    title: 'of softmax cross-entropy',
    metric: () =>
      new MeanLoss((outputs, given) =>
        tf.neg(tf.mean(tf.sum(tf.mul(tf.logSoftmax(outputs), tf.oneHot(given, CLASSES)), 1))),
      ),
    rows: ROWS,
    batch: classes,
    nan: { batch: oneRowOfNaN, result: Number.NaN },
    refused: () => [logits([0, 1]), tf.scalar(1, 'int32')],
    // The loss function's mean over a batch is float32, so each division rounds differently.
    closeness: { atol: 0, rtol: 1e-6 },
  },
]);

describeMetric<[value: number | tf.Tensor, weight?: number], MetricState>('Mean', [
  {
    title: 'of the elements of tensors',
    metric: () => new Mean(),
    rows: ROWS,
    batch: (rows) => [tf.tensor1d(rows.map(value)), 0.3],
    nan: { batch: () => [Number.NaN, 2], result: Number.NaN },
    refused: () => [1, -1],
  },
]);

const regression = (title: string, metric: Case['metric'], columns = 1): Case => ({
  title,
  metric,
  rows: ROWS,
  batch: (rows) => [
    logits(rows, columns),
    tf.add(
      logits(
        rows.map((row) => row + 11),
        columns,
      ),
      1000,
    ),
  ],
  nan: { batch: () => [tf.fill([1, columns], Number.NaN), tf.ones([1, columns])], result: Number.NaN },
  refused: () => [tf.ones([4, columns]), tf.ones([4])],
});

describeMetric('MeanSquaredError', [
  regression('squared', () => new MeanSquaredError()),
  regression('its root', () => new MeanSquaredError({ squared: false }), 2),
]);
describeMetric('MeanAbsoluteError', [regression('of two columns', () => new MeanAbsoluteError(), 2)]);
describeMetric('R2Score', [
  regression('of one column', () => new R2Score()),
  regression('of three columns', () => new R2Score({ numOutputs: 3 }), 3),
]);
