export { Accuracy, type AccuracyOptions } from './accuracy.js';
export type { Average, AveragedScore } from './average.js';
export type { ClassScoreOptions } from './class-score.js';
export {
  ConfusionMatrix,
  type ConfusionMatrixNormalize,
  type ConfusionMatrixOptions,
} from './confusion-matrix.js';
export { F1 } from './f1.js';
export { Mean } from './mean.js';
export { MeanAbsoluteError } from './mean-absolute-error.js';
export { type LossFunction, MeanLoss, type MeanLossOptions } from './mean-loss.js';
export { MeanSquaredError, type MeanSquaredErrorOptions } from './mean-squared-error.js';
export type { Metric, MetricState, MetricStateValue } from './metric.js';
export { Precision } from './precision.js';
export { R2Score, type R2ScoreOptions } from './r2-score.js';
export { Recall } from './recall.js';
export { RocAuc, type RocAucAverage, type RocAucOptions } from './roc-auc.js';
