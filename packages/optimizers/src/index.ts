export { Adam, adam } from './adam.js';
export type { AdamOptions } from './adam-family.js';
export {
  type AdamTensors,
  type AdamUpdated,
  type AdamUpdateOptions,
  adamUpdate,
  adamwUpdate,
} from './adam-update.js';
export { AdamW, adamw } from './adamw.js';
export type { Gradients } from './gradients.js';
export type { Hyperparameters, LearningRate, Schedule } from './hyperparameters.js';
export { ParameterOptimizer, type Update, type Updated } from './optimizer.js';
export type { Parameter, ParameterGroup, Parameters, ResolvedGroup } from './parameter-groups.js';
export { SGD, type SGDOptions, sgd } from './sgd.js';
export { type SGDTensors, type SGDUpdated, type SGDUpdateOptions, sgdUpdate } from './sgd-update.js';
export type { GroupState, OptimizerState, VariableState } from './state-dict.js';
