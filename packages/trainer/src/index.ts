export type {
  CheckpointEvent,
  EndEvent,
  HistogramEvent,
  LogContext,
  Logger,
  TrainEvent,
  ValidationEvent,
} from './logging/logger.js';
export { type DivergenceDetails, DivergenceError } from './loop/divergence.js';
export {
  type BestOptions,
  bestBy,
  EarlyStopping,
  type EarlyStoppingOptions,
  type EarlyStoppingState,
  earlyStopping,
  type StopCriterion,
  type Validated,
} from './loop/early-stopping.js';
export { type EvaluatedModel, type EvaluateOptions, evaluate, type Metric } from './loop/evaluate.js';
export { Interrupted } from './loop/interrupted.js';
export type { Locate } from './loop/locate.js';
export type {
  FitOptions,
  MeasureOptions,
  TrainerOptions,
  ValidateOptions,
  ValidationContext,
} from './loop/options.js';
export { type FitResult, Trainer } from './loop/trainer.js';
export type { CheckpointStore, RunStore, WriteOptions, WriteStage } from './runs/checkpoint-store.js';
export { type ConfigDifference, configDifferences, environmentChanges } from './runs/config-difference.js';
export { digestOf } from './runs/digest.js';
export { RunError, type RunErrorCode } from './runs/run-error.js';
export { RunFolder, type RunFolderOptions, type RunResult } from './runs/run-folder.js';
export { decodeState, encodeState, StateError } from './state/format.js';
export type {
  LayersModelLike,
  LayerWeight,
  Model,
  ModuleLike,
  OptimizerLike,
  StateArray,
  Stateful,
  StateTree,
} from './state/stateful.js';
export type { Batches } from './steps/batch-source.js';
export type { StepResult, StepValues } from './steps/step-result.js';
