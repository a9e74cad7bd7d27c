export { defineKernel } from './define-kernel.js';
export {
  type Fact,
  outdateSteps,
  recordStep,
  type StepRecorder,
  type StepUpdate,
  stepAge,
  stepEffect,
  stepFact,
  stepInput,
  stepNumber,
  stepRecorder,
  stepRefusal,
} from './step.js';
export type {
  AsTensors,
  Attempt,
  Kernel,
  KernelDeclaration,
  Saved,
  Tensors,
  Thunks,
  Version,
  Visible,
} from './types.js';
