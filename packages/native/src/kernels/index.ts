import { binaryKernels } from './binary.js';
import { castKernels } from './cast.js';
import { comparisonKernels } from './compare.js';
import { convolution } from './convolution.js';
import { cumulativeKernels } from './cumulative.js';
import { depthwise } from './depthwise.js';
import { gatherKernels } from './gather.js';
import { joinKernels } from './join.js';
import { pooling } from './pooling.js';
import { products } from './products.js';
import { reductionKernels } from './reductions.js';
import { selectKernels } from './select.js';
import { sliceKernels } from './slice.js';
import { softmaxKernels } from './softmax.js';
import { transposeKernels } from './transpose.js';
import { unaryKernels } from './unary.js';

/** The native versions of TensorFlow.js' own kernels. */
export const stockKernels = [
  ...binaryKernels,
  ...castKernels,
  ...comparisonKernels,
  ...convolution,
  ...cumulativeKernels,
  ...depthwise,
  ...gatherKernels,
  ...joinKernels,
  ...pooling,
  ...products,
  ...reductionKernels,
  ...selectKernels,
  ...sliceKernels,
  ...softmaxKernels,
  ...transposeKernels,
  ...unaryKernels,
];
