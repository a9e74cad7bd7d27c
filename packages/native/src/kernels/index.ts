import { elementwise } from './elementwise.js';

/** The native versions of TensorFlow.js' own kernels. */
export const stockKernels = [...elementwise];
