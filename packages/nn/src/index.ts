export { accuracy } from './accuracy.js';
export { Identity, ReLU, Sigmoid, Tanh } from './activations/basic.js';
export { ELU, type ELUOptions, SELU } from './activations/elu.js';
export { GELU, type GELUOptions } from './activations/gelu.js';
export { GLU } from './activations/glu.js';
export { LeakyReLU, type LeakyReLUOptions, PReLU, type PReLUOptions } from './activations/leaky-relu.js';
export { LogSoftmax, Softmax } from './activations/softmax.js';
export { Softplus, type SoftplusOptions } from './activations/softplus.js';
export { Hardswish, Mish, SiLU } from './activations/swish.js';
export { Flatten } from './flatten.js';
export type { ForwardHook, ForwardPreHook, Hookable, InputsOf, MoreInputsOf, OutputOf } from './hooks.js';
export { Linear, type LinearOptions, linear } from './linear.js';
export {
  type BinaryCrossEntropyOptions,
  type BinaryCrossEntropyWithLogitsOptions,
  binaryCrossEntropy,
  binaryCrossEntropyWithLogits,
} from './losses/binary-cross-entropy.js';
export { type CountLabelsOptions, countLabels } from './losses/count-labels.js';
export { type CrossEntropyOptions, crossEntropy } from './losses/cross-entropy.js';
export {
  type HuberLossOptions,
  huberLoss,
  type SmoothL1LossOptions,
  smoothL1Loss,
} from './losses/huber-loss.js';
export { type KlDivOptions, klDiv } from './losses/kl-div.js';
export { type L1LossOptions, l1Loss } from './losses/l1-loss.js';
export { type MseLossOptions, mseLoss } from './losses/mse-loss.js';
export { type NllLossOptions, nllLoss } from './losses/nll-loss.js';
export type { Reduction, RowLosses } from './losses/reduction.js';
export { type AnyModule, Module } from './module.js';
export type { ParameterOptions } from './parameter.js';
export { loadPyTorchStateDict, pytorchStateDict } from './pytorch-state-dict.js';
export type { PyTorchTensor } from './pytorch-tensor.js';
export { Sequential, type SequentialOutput } from './sequential.js';
export type { LoadReport, LoadStateDictOptions, StateDict } from './state-dict.js';
export { type SummaryInput, type SummaryOptions, type SummaryShape, summary } from './summary.js';
export type { Named } from './tree.js';
