export { defineKernel } from './define-kernel.js';
export { filledTensor } from './filled-tensor.js';
export type {
  AsTensors,
  Attempt,
  InputTensors,
  Kernel,
  KernelDeclaration,
  Saved,
  Tensors,
  Thunks,
  VersionName,
  Visible,
} from './types.js';
export { marksOf, markVariable, type VariableMarks } from './variable-marks.js';
