import { convolution } from './convolution.js';
import { depthwise } from './depthwise.js';
import { elementwise } from './elementwise.js';
import { pooling } from './pooling.js';
import { products } from './products.js';

/** The native versions of TensorFlow.js' own kernels. */
export const stockKernels = [...elementwise, ...products, ...convolution, ...depthwise, ...pooling];
