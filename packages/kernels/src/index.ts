export { defineKernel } from './define-kernel.js';
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
