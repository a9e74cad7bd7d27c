import { binaryKernels } from './binary.js';
import { castKernels } from './cast.js';
import { comparisonKernels } from './compare.js';
import { convolution } from './convolution.js';
import { joinKernels } from './join.js';
import { depthwise } from './depthwise.js';
import { elementwise } from './elementwise.js';
import { pooling } from './pooling.js';
import { gatherKernels } from './gather.js';
import { products } from './products.js';
import { reductionKernels } from './reductions.js';
import { selectKernels } from './select.js';
import { sliceKernels } from './slice.js';
import { transposeKernels } from './transpose.js';
import { unaryKernels } from './unary.js';

/** The native versions of TensorFlow.js' own kernels. */
export const stockKernels = [
  ...unaryKernels,
  ...binaryKernels,
  ...comparisonKernels,
  ...selectKernels,
  ...castKernels,
  ...transposeKernels,
  ...sliceKernels,
  ...joinKernels,
  ...reductionKernels,
  ...products,
  ...convolution,
  ...pooling,
  ...gatherKernels,
];
export const stockKernels = [...elementwise, ...products, ...convolution, ...depthwise, ...pooling];
