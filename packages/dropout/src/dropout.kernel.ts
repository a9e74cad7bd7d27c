import { mul, type Tensor } from '@tensorflow/tfjs-core';
import { defineKernel } from '@trainkit/kernels';

/** x · mask, of one shape: one product forward and one backward, where the stock gradient casts the mask first. */
export const applyMask = defineKernel({
  name: 'TrainkitDropout',
  composite: ({ x, mask }: { x: Tensor; mask: Tensor }) => [mul(x, mask)],
  gradient: ([dy], { inputs: { x, mask } }) => ({ x: () => mul(dy, mask), mask: () => mul(dy, x) }),
});
