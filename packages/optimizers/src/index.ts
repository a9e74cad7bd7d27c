export { Adadelta, type AdadeltaOptions, adadelta } from './algorithms/adadelta.js';
export { Adafactor, type AdafactorOptions, adafactor } from './algorithms/adafactor.js';
export { Adagrad, type AdagradOptions, adagrad } from './algorithms/adagrad.js';
export { Adam, type AdamOptions, adam } from './algorithms/adam.js';
export {
  type AdamTensors,
  type AdamUpdated,
  type AdamUpdateOptions,
  adamUpdate,
  adamwUpdate,
} from './algorithms/adam-update.js';
export { Adamax, type AdamaxOptions, adamax } from './algorithms/adamax.js';
export { AdamW, adamw } from './algorithms/adamw.js';
export { ASGD, type ASGDOptions, asgd } from './algorithms/asgd.js';
export { Lion, type LionOptions, lion } from './algorithms/lion.js';
export { Muon, type MuonOptions, muon } from './algorithms/muon.js';
export { NAdam, type NAdamOptions, nadam } from './algorithms/nadam.js';
export { RAdam, type RAdamOptions, radam } from './algorithms/radam.js';
export { RMSprop, type RMSpropOptions, rmsprop } from './algorithms/rmsprop.js';
export { Rprop, type RpropOptions, rprop } from './algorithms/rprop.js';
export {
  ScheduleFreeAdamW,
  type ScheduleFreeAdamWOptions,
  scheduleFreeAdamW,
} from './algorithms/schedule-free-adamw.js';
export {
  ScheduleFreeSGD,
  type ScheduleFreeSGDOptions,
  scheduleFreeSGD,
} from './algorithms/schedule-free-sgd.js';
export { SGD, type SGDOptions, sgd } from './algorithms/sgd.js';
export {
  type SGDTensors,
  type SGDUpdated,
  type SGDUpdateOptions,
  sgdUpdate,
} from './algorithms/sgd-update.js';
export type {
  AveragedModel,
  AveragedState,
  AveragedWeights,
  AveragingOptions,
} from './averaging/averaged-weights.js';
export {
  ExponentialMovingAverage,
  type ExponentialMovingAverageOptions,
} from './averaging/exponential-moving-average.js';
export {
  StochasticWeightAveraging,
  type StochasticWeightAveragingOptions,
} from './averaging/stochastic-weight-averaging.js';
export {
  type BatchNormModel,
  type UpdateBatchNormOptions,
  updateBatchNorm,
} from './averaging/update-batch-norm.js';
export { type ClipGradNormOptions, type Clipped, clipGradNorm } from './clip-grad-norm.js';
export { clipGradValue } from './clip-grad-value.js';
export { type CombinedMember, CombinedOptimizer, type CombinedState, combine } from './combine.js';
export { type DecayGroup, type DecayGroupsOptions, decayGroups } from './decay-groups.js';
export type { Gradients, NamedTensor } from './gradients.js';
export type { Complete, LearningRate, OptimizerOptions, Schedule } from './hyperparameters.js';
export type { LBFGSHistory } from './lbfgs/history.js';
export { LBFGS, type LBFGSOptions } from './lbfgs/lbfgs.js';
export type { LBFGSGroupState, LBFGSState } from './lbfgs/state.js';
export {
  type FoundOptimizer,
  type LrFinderOptions,
  type LrFinderResult,
  lrFinder,
  type Restorable,
} from './lr-finder.js';
export type { NormType } from './norm.kernel.js';
export { type OptionArguments, ParameterOptimizer } from './optimizer.js';
export {
  type AnyOptionTable,
  betas,
  choice,
  flag,
  number,
  numbers,
  type OptionRule,
  type OptionTable,
  optionTable,
  rate,
} from './option-rules.js';
export type { Parameter, ParameterGroup, Parameters, ResolvedGroup } from './parameter-groups.js';
export { ON_DEMAND } from './parameter-registry.js';
export { constant } from './schedules/constant.js';
export { type ConstantThenDecayOptions, constantThenDecay } from './schedules/constant-then-decay.js';
export {
  type CosineOptions,
  type CosineWarmRestartsOptions,
  cosine,
  cosineWarmRestarts,
} from './schedules/cosine.js';
export {
  type CyclicMomentumOptions,
  type CyclicOptions,
  type CyclicShapeOptions,
  cyclic,
  cyclicMomentum,
} from './schedules/cyclic.js';
export { type ExponentialOptions, exponential } from './schedules/exponential.js';
export { type InverseSquareRootOptions, inverseSquareRoot } from './schedules/inverse-square-root.js';
export { type JoinOptions, joinSchedules, linearWarmup, type WarmupOptions } from './schedules/join.js';
export { type LinearOptions, linear } from './schedules/linear.js';
export { chainSchedules, multiplicative } from './schedules/multiply.js';
export {
  type OneCycleMomentumOptions,
  type OneCycleOptions,
  type OneCyclePhaseOptions,
  oneCycle,
  oneCycleMomentum,
} from './schedules/one-cycle.js';
export { type PolynomialOptions, polynomial } from './schedules/polynomial.js';
export {
  type PlateauState,
  ReduceOnPlateau,
  type ReduceOnPlateauOptions,
} from './schedules/reduce-on-plateau.js';
export { type MultiStepOptions, multiStep, type StepOptions, step } from './schedules/step.js';
export { type SWARateOptions, swaRate } from './schedules/swa-rate.js';
export type {
  GroupState,
  LoadOptimizerOptions,
  OptimizerLoadReport,
  OptimizerState,
  VariableState,
} from './state-dict.js';
export type { ScalarContext, Scalars, Updated, UpdateTensors } from './update.js';
