import { mul, type Tensor } from '@tensorflow/tfjs-core';
import { defineKernel } from '@trainkit/kernels';
import { nativeKernels } from '@trainkit/kernels/native';

/**
 * x · mask, both of one shape: one product forward and one backward, while the stock gradient casts
 * the mask first.
 */
export const applyMask = defineKernel({
  name: 'TrainkitDropout',
  composite: ({ x, mask }: { x: Tensor; mask: Tensor }) => [mul(x, mask)],
  gradient: ([dy], { inputs: { x, mask } }) => ({
    x: () => maskedGradient({ dy, mask })[0],
    mask: () => mul(dy, x),
  }),
  native: ({ x, mask }) => multiply(x, mask),
});

const maskedGradient = defineKernel({
  name: 'TrainkitDropoutGradient',
  composite: ({ dy, mask }: { dy: Tensor; mask: Tensor }) => [mul(dy, mask)],
  native: ({ dy, mask }) => multiply(dy, mask),
});

function multiply(x: Tensor, mask: Tensor): [Tensor] {
  const kernels = nativeKernels();
  const y = kernels.empty(x.shape);
  // One dimension: its size, and the strides of both.
  kernels.run('multiply', [x, mask, y], [1, x.size, 1, 1]);
  return [y];
}
