import { elementwise } from './elementwise.js';
import { products } from './products.js';

/** The native versions of TensorFlow.js' own kernels. */
export const stockKernels = [...elementwise, ...products];
