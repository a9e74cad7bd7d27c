import * as tf from '@tensorflow/tfjs-core';
import { describeBackends, expectAllClose } from '@trainkit/testing';
import { describe, it } from 'vitest';
import classification from '../goldens/classification.json' with { type: 'json' };
import regression from '../goldens/regression.json' with { type: 'json' };
import rocAuc from '../goldens/roc-auc.json' with { type: 'json' };
import {
  Accuracy,
  ConfusionMatrix,
  F1,
  MeanAbsoluteError,
  MeanSquaredError,
  type Metric,
  Precision,
  R2Score,
  Recall,
  RocAuc,
} from './index.js';

/** torchmetrics computes in float32: a few roundings of 6e-8. */
const FLOAT32 = { atol: 2e-7, rtol: 5e-7 };
/** scikit-learn computes in float64, in another order. */
const FLOAT64 = { atol: 1e-14, rtol: 1e-12 };

const AVERAGES = ['micro', 'macro', 'weighted', 'none'] as const;
const NORMALIZATIONS = ['none', 'true', 'pred', 'all'] as const;
const SCORES = { precision: Precision, recall: Recall, f1: F1 };

type Result = number | number[] | number[][];
type Golden = number | string | readonly Golden[];

/** Parses the numbers of JSON, in which NaN is a string. */
function numbers(golden: Golden): number[] {
  return typeof golden === 'object' ? golden.flatMap(numbers) : [Number(golden)];
}

/** Updates a metric with the rows in two batches, the first of which has three rows. */
function resultOf<Value extends Result>(metric: Metric<Value>, outputs: tf.Tensor, labels: tf.Tensor): Value {
  const rows = outputs.shape[0] ?? 0;
  const cut = Math.min(3, rows);
  for (const [start, size] of [
    [0, cut],
    [cut, rows - cut],
  ] as const) {
    const slice = (x: tf.Tensor) =>
      tf.slice(x, [start, ...x.shape.slice(1).map(() => 0)], [size, ...x.shape.slice(1)]);
    metric.update(slice(outputs), slice(labels));
  }
  return metric.compute();
}

describeBackends('classification', () => {
  describe.each(classification.cases)('$title', (golden) => {
    const { classes } = golden;
    const options = golden.ignoreIndex === null ? {} : { ignoreIndex: golden.ignoreIndex };
    const of = (metric: Metric<Result>): Result =>
      tf.tidy(() => {
        const outputs =
          golden.logits === null ? tf.tensor1d(golden.predicted, 'int32') : tf.tensor2d(golden.logits);
        return resultOf(metric, outputs, tf.tensor1d(golden.labels, 'int32'));
      });

    it('has the accuracy of torchmetrics and scikit-learn', () => {
      const accuracy = of(new Accuracy(options));
      expectAllClose(accuracy, golden.torchmetrics.accuracy, FLOAT32);
      expectAllClose(accuracy, golden.sklearn.accuracy, FLOAT64);
    });

    it.each(golden.torchmetrics.topK)('has torchmetrics’ top-$k accuracy', ({ k, accuracy }) => {
      expectAllClose(of(new Accuracy({ ...options, topK: k })), accuracy, FLOAT32);
    });

    it.each(NORMALIZATIONS)('has their confusion matrix, normalize %s', (normalize) => {
      const matrix = of(new ConfusionMatrix(classes, { ...options, normalize }));
      expectAllClose(matrix, golden.torchmetrics.confusionMatrix[normalize], FLOAT32);
      expectAllClose(matrix, golden.sklearn.confusionMatrix[normalize], FLOAT64);
    });

    describe.each(AVERAGES)('average %s', (average) => {
      it.each(['precision', 'recall', 'f1'] as const)('has their %s for every zeroDivision', (name) => {
        for (const [goldens, closeness] of [
          [golden.torchmetrics.scores, FLOAT32],
          [golden.sklearn.scores, FLOAT64],
        ] as const) {
          for (const each of goldens) {
            const zeroDivision = Number(each.zeroDivision);
            const score = of(new SCORES[name](classes, { ...options, average, zeroDivision }));
            expectAllClose(score, numbers(each[name][average]), closeness);
          }
        }
      });
    });
  });
});

describeBackends('RocAuc', () => {
  it.each(rocAuc.cases)('has the area of torchmetrics and scikit-learn: $title', (golden) => {
    const { classes, ignoreIndex, fromLogits } = golden;
    const scored: { torchmetrics?: Record<string, Golden> | undefined; sklearn: Record<string, Golden> } =
      golden;
    for (const average of ['macro', 'weighted', 'none'] as const) {
      const area = tf.tidy(() =>
        resultOf<number | number[]>(
          new RocAuc(classes, { average, fromLogits, ignoreIndex: ignoreIndex ?? undefined }),
          tf.tensor(golden.scores),
          tf.tensor1d(golden.labels, 'int32'),
        ),
      );
      const { torchmetrics: torch, sklearn } = scored;
      // For two classes there is one area, whatever the average.
      const binary = average === 'weighted' ? sklearn['macro'] : undefined;
      const expected = sklearn[average] ?? binary;
      if (expected !== undefined) expectAllClose(area, numbers(expected), FLOAT64);
      if (torch?.[average] !== undefined) expectAllClose(area, numbers(torch[average]), FLOAT32);
    }
  });
});

describeBackends('regression', () => {
  it.each(regression.cases)('has the errors of torchmetrics and scikit-learn: $title', (golden) => {
    tf.tidy(() => {
      const [outputs, labels] = [tf.tensor(golden.outputs), tf.tensor(golden.labels)];
      const [, numOutputs = 1] = outputs.shape;
      const results = {
        mse: resultOf(new MeanSquaredError(), outputs, labels),
        rmse: resultOf(new MeanSquaredError({ squared: false }), outputs, labels),
        mae: resultOf(new MeanAbsoluteError(), outputs, labels),
        r2: resultOf(new R2Score({ numOutputs }), outputs, labels),
      };
      const { mse, rmse, mae, r2 } = golden.sklearn;
      expectAllClose(Object.values(results), numbers([mse, rmse, mae, r2]), FLOAT64);
      const torch = golden.torchmetrics;
      const errors = [results.mse, results.rmse, results.mae];
      expectAllClose(errors, [torch.mse, torch.rmse, torch.mae], FLOAT32);
      // Near 3000 its sums in float32 cancel, as the docstring of R2Score says.
      if (torch.r2 !== undefined && golden.title !== 'labels near 3000')
        expectAllClose(results.r2, torch.r2, FLOAT32);
    });
  });
});
