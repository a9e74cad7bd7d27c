import { add, clone, mul, type Tensor, zerosLike } from '@tensorflow/tfjs-core';
import { defineKernel } from '@trainkit/kernels';

/** The result of normalizing an empty batch: an empty output and, as in PyTorch, gradients of 0. */
export const normalizeEmptyBatch = defineKernel({
  name: 'TrainkitNormalizeEmptyBatch',
  composite: ({ x, weight, bias }: Record<'x' | 'weight' | 'bias', Tensor>) => [add(mul(x, weight), bias)],
  // The WebAssembly backend returns uninitialized memory for empty sums.
  gradient: ([dy], { inputs: { weight, bias } }) => ({
    x: () => clone(dy),
    weight: () => zerosLike(weight),
    bias: () => zerosLike(bias),
  }),
});
