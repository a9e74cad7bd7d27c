import { describeOptions } from '@trainkit/testing/options';
import {
  Accuracy,
  ConfusionMatrix,
  F1,
  MeanLoss,
  MeanSquaredError,
  Precision,
  R2Score,
  Recall,
  RocAuc,
} from './index.js';

describeOptions({
  Accuracy: (options) => new Accuracy(options),
  ConfusionMatrix: (options) => new ConfusionMatrix(2, options),
  F1: (options) => new F1(2, options),
  MeanLoss: (options) => new MeanLoss((logits) => logits, options),
  MeanSquaredError: (options) => new MeanSquaredError(options),
  Precision: (options) => new Precision(2, options),
  R2Score: (options) => new R2Score(options),
  Recall: (options) => new Recall(2, options),
  RocAuc: (options) => new RocAuc(2, options),
});
