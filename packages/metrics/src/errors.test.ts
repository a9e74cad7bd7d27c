import * as tf from '@tensorflow/tfjs-core';
import { describeBackends } from '@trainkit/testing';
import { expect, it } from 'vitest';
import {
  Accuracy,
  ConfusionMatrix,
  F1,
  Mean,
  MeanAbsoluteError,
  MeanLoss,
  MeanSquaredError,
  Precision,
  R2Score,
  Recall,
  RocAuc,
} from './index.js';

const classes = (...values: readonly number[]) => tf.tensor1d([...values], 'int32');
const mean = (outputs: tf.Tensor) => tf.mean(outputs);

describeBackends('errors of metrics', () => {
  it.each<[act: () => unknown, message: string]>([
    [
      () => new Accuracy().update(tf.zeros([4, 1]), classes(0, 1, 1, 0)),
      "Accuracy.update: outputs is a float32 tensor of shape [4, 1]; expected float32 scores of shape [n, classes] or int32 classes of shape [n]. Write outputs.squeeze([1]).greater(0.5).cast('int32') for probabilities.",
    ],
    [
      () => new Accuracy().update(tf.zeros([4]), classes(0, 1, 1, 0)),
      "Write outputs.greater(0.5).cast('int32') for probabilities.",
    ],
    [
      () => new Accuracy().update(tf.zeros([4, 2], 'int32'), classes(0, 1, 1, 0)),
      "Write outputs.cast('float32').",
    ],
    [
      () => new Accuracy().update(tf.zeros([2, 4, 3]), tf.zeros([2, 4], 'int32')),
      'Write outputs.reshape([-1, 3]) and labels.flatten().',
    ],
    [
      () => new Accuracy().update(tf.zeros([2, 3]), tf.zeros([2])),
      "Accuracy.update: labels is a float32 tensor of shape [2]; expected int32. Write labels.cast('int32').",
    ],
    [
      () => new Accuracy().update(tf.zeros([2, 3]), tf.zeros([2, 3], 'int32')),
      'Accuracy.update: labels is an int32 tensor of shape [2, 3]; expected the shape [2], one class for each row of outputs. Write labels.argMax(1).',
    ],
    [
      () => new Accuracy().update(tf.zeros([2, 3]), tf.zeros([2, 1], 'int32')),
      'one class for each row of outputs. Write labels.squeeze([1]).',
    ],
    [
      () => new Accuracy().update(tf.zeros([2, 3]), classes(0, 1, 2)),
      'Accuracy.update: labels is an int32 tensor of shape [3]; expected the shape [2], one class for each row of outputs.',
    ],
    [
      () => new Accuracy().update(tf.zeros([2, 3]), classes(0, -100)),
      'Accuracy.update: labels holds -100 in row 1; expected classes from 0 to 2. Write ignoreIndex: -100 to leave these rows out.',
    ],
    [
      () => new Accuracy({ topK: 4 }).update(tf.zeros([2, 3]), classes(0, 1)),
      'Accuracy.update: outputs is a float32 tensor of shape [2, 3]; expected scores of at least 4 classes for topK: 4.',
    ],
    [
      () => new Accuracy({ topK: 2 }).update(classes(0, 1), classes(0, 1)),
      'Accuracy.update: outputs is an int32 tensor of shape [2]; expected scores of at least 2 classes for topK: 2.',
    ],
    [
      () => new Accuracy().update([1, 2] as never, classes(0, 1)),
      'Accuracy.update: outputs is [1, 2]; expected a tensor. Write tf.tensor(…).',
    ],
    [
      () => {
        const outputs = tf.zeros([2, 3]);
        outputs.dispose();
        new Accuracy().update(outputs, classes(0, 1));
      },
      'Accuracy.update: outputs, of shape [2, 3], is disposed; expected a tensor with its data.',
    ],
    [
      () => new F1(10).update(tf.zeros([2, 3]), classes(0, 1)),
      'F1.update: outputs is a float32 tensor of shape [2, 3]; expected the shape [n, 10]. Write new F1(3).',
    ],
    [
      () => new ConfusionMatrix(3).update(classes(0, 3), classes(0, 1)),
      'ConfusionMatrix.update: outputs holds 3 in row 1; expected classes from 0 to 2.',
    ],
    [
      () => new ConfusionMatrix(undefined as never),
      'ConfusionMatrix: numClasses is undefined; expected a whole number from 2 to 10000. Write for example new ConfusionMatrix(10).',
    ],
    [
      () => new ConfusionMatrix(3, { normalize: 'row' as never }),
      'ConfusionMatrix: normalize is "row"; expected "true" or "pred" or "all" or "none".',
    ],
    [
      () => new Precision(3, { average: 'marco' as never }),
      'Precision: average is "marco"; expected "micro" or "macro" or "weighted" or "none". Write "macro".',
    ],
    [() => new Precision(3, { zeroDivision: 0.5 }), 'Precision: zeroDivision is 0.5; expected 0, 1 or NaN.'],
    [
      () => new Recall(3, { ignoreIndex: 2 ** 31 }),
      'Recall: ignoreIndex is 2147483648; expected a whole number from -2147483648 to 2147483647.',
    ],
    [
      () => new RocAuc(3).update(tf.tensor2d([[1, 2, 3]]), classes(0)),
      'RocAuc.update: row 0 of outputs is [1, 2, 3]; expected probabilities that add up to 1. Write new RocAuc(3, { fromLogits: true }) for logits.',
    ],
    [
      () => new RocAuc().update(tf.tensor2d([[-1, 2]]), classes(0)),
      'RocAuc.update: row 0 of outputs is [-1, 2]; expected probabilities that add up to 1.',
    ],
    [
      () => new RocAuc().update(tf.zeros([2, 3]), classes(0, 1)),
      'RocAuc.update: outputs is a float32 tensor of shape [2, 3]; expected the shape [n], the scores of class 1, or [n, 2]. Write new RocAuc(3).',
    ],
    [
      () => new RocAuc(3).update(tf.zeros([2]), classes(0, 1)),
      'RocAuc.update: outputs is a float32 tensor of shape [2]; expected the shape [n, 3], one score for each class.',
    ],
    [
      () => new RocAuc().update(tf.zeros([2]), classes(0, 2)),
      'RocAuc.update: labels holds 2 in row 1; expected classes from 0 to 1. Write ignoreIndex: 2 to leave these rows out.',
    ],
    [
      () => new MeanSquaredError().update(tf.zeros([4, 1]), tf.zeros([4])),
      'MeanSquaredError.update: outputs is a float32 tensor of shape [4, 1]; expected the shape [4] of the labels. Write outputs.squeeze([1]).',
    ],
    [
      () => new MeanAbsoluteError().update(tf.zeros([4]), tf.zeros([4, 1])),
      'expected the shape [4, 1] of the labels. Write labels.squeeze([1]).',
    ],
    [
      () => new R2Score().update(tf.zeros([4, 2]), tf.zeros([4, 2])),
      'R2Score.update: outputs is a float32 tensor of shape [4, 2]; expected the shape [n] or [n, 1]. Write new R2Score({ numOutputs: 2 }).',
    ],
    [
      () => new R2Score({ numOutputs: 2 }).update(tf.zeros([4]), tf.zeros([4])),
      'R2Score.update: outputs is a float32 tensor of shape [4]; expected the shape [n, 2].',
    ],
    [
      () => new MeanLoss(undefined as never),
      'MeanLoss: loss is undefined; expected a function. Write for example new MeanLoss(crossEntropy).',
    ],
    [
      () => new MeanLoss((outputs) => outputs).update(tf.zeros([4]), tf.zeros([4])),
      "MeanLoss: the loss is a float32 tensor of shape [4]; expected a scalar. Write reduction: 'mean' or tf.mean(…).",
    ],
    [
      () => new MeanLoss((() => 3) as never).update(tf.zeros([4]), tf.zeros([4])),
      'MeanLoss: the loss is 3; expected a tensor.',
    ],
    [
      () => new MeanLoss(mean).update(tf.zeros([4]), tf.scalar(0)),
      'MeanLoss.update: labels is a float32 tensor of shape []; expected a dimension of rows. Write labels.expandDims(0).',
    ],
    [() => new Mean().update('1' as never), 'Mean.update: value is "1"; expected a number or a tensor.'],
    [
      () => new Mean().update(1, Number.NaN),
      'Mean.update: weight is NaN; expected a finite number of at least 0.',
    ],
    [
      () => new Accuracy().loadStateDict({ topK: 1, correct: 3, total: 2 }),
      'Accuracy.loadStateDict: correct is 3 of a total of 2. Nothing was loaded: pass what stateDict() of the same metric returned.',
    ],
    [
      () => new Accuracy({ topK: 5 }).loadStateDict({ topK: 1, total: -1, right: 1 }),
      'Accuracy.loadStateDict: correct is missing; right is unknown; topK is 1, not 5, the option of this metric; total is -1, not a count. Nothing was loaded',
    ],
    [
      () => new RocAuc().loadStateDict({ numClasses: 2, scores: [0.5], labels: [] }),
      'RocAuc.loadStateDict: scores has 1 numbers for 0 labels.',
    ],
    [
      () => new MeanSquaredError().loadStateDict({ sum: [1, 1], total: 2 }),
      'MeanSquaredError.loadStateDict: sum is [1, 1], not the two numbers of a sum.',
    ],
    [
      () => new F1(3).loadStateDict(null as never),
      'F1.loadStateDict: state is null; expected { counts }. Pass what stateDict() returned.',
    ],
  ])('%# says what to write instead', (act, message) => {
    expect(() => tf.tidy(() => void act())).toThrow(message);
  });

  it.each<[act: () => unknown, message: string]>([
    [() => new Accuracy({ top_k: 5 } as never), 'Write topK: 5.'],
    [() => new ConfusionMatrix(3, { normalise: 'all' } as never), 'Write normalize: "all".'],
    [() => new Precision(3, { averge: 'macro' } as never), 'Write average: "macro".'],
    [() => new Recall(3, { zero_division: 0 } as never), 'Write zeroDivision: 0.'],
    [() => new F1(3, { ignore_index: 1 } as never), 'Write ignoreIndex: 1.'],
    [() => new RocAuc(3, { from_logits: true } as never), 'Write fromLogits: true.'],
    [() => new MeanLoss(mean, { ignoreLabel: 1 } as never), 'Write ignoreIndex.'],
    [() => new MeanSquaredError({ square: false } as never), 'Write squared: false.'],
    [() => new R2Score({ num_outputs: 2 } as never), 'Write numOutputs: 2.'],
  ])('%# refuses an unknown option', (act, message) => {
    expect(act).toThrow(TypeError);
    expect(act).toThrow(message);
  });
});
