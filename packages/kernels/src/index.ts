export { defineKernel } from './define-kernel.js';
export { filledTensor } from './filled-tensor.js';
export {
  type Fact,
  journalStep,
  outdateSteps,
  recordStep,
  type StepJournal,
  type StepRecorder,
  type StepUpdate,
  setStepMode,
  stepAge,
  stepEffect,
  stepFact,
  stepInput,
  stepMode,
  stepNumber,
  stepRecorder,
  stepRefusal,
} from './step.js';
export { guardStepFields } from './step-fields.js';
export type {
  AsTensors,
  Attempt,
  InputTensors,
  Kernel,
  KernelDeclaration,
  Saved,
  Tensors,
  Thunks,
  Visible,
} from './types.js';
export { marksOf, markVariable, type VariableMarks } from './variable-marks.js';
