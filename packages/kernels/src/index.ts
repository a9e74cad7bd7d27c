export { defineKernel } from './define-kernel.js';
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
