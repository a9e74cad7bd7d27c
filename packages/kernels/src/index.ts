export { defineKernel } from './define-kernel.js';
export {
  type Fact,
  recordStep,
  type StepRecorder,
  type StepUpdate,
  stepEffect,
  stepFact,
  stepInput,
  stepNumber,
  stepRecorder,
} from './step.js';
export type {
  AsTensors,
  Kernel,
  KernelDeclaration,
  Saved,
  Tensors,
  Thunks,
  Version,
  Visible,
} from './types.js';
