import { add, mul, reshape, rsqrt, square, sub, type Tensor } from '@tensorflow/tfjs-core';
import { defineKernel } from '@trainkit/kernels';
import { means, sums } from './means.js';

/** The rows of a matrix, each with mean 0 and variance 1 (but for eps), and the factors 1/σ, `[R, 1]`. */
function standardized(x: Tensor, eps: number): [normalized: Tensor, scale: Tensor] {
  const shifted = sub(x, means(x, 1));
  const centred = sub(shifted, means(shifted, 1));
  const scale = rsqrt(add(means(square(centred), 1), eps));
  return [mul(centred, scale), scale];
}

function inputGradient(dNormalized: Tensor, normalized: Tensor, scale: Tensor): Tensor {
  const along = mul(normalized, means(mul(dNormalized, normalized), 1));
  return mul(sub(sub(dNormalized, means(dNormalized, 1)), along), scale);
}

/** Rows with mean 0 and variance 1. */
export const normalizeRows = defineKernel({
  name: 'TrainkitLayerNorm',
  visible: 1,
  save: { inputs: [], outputs: [0, 1] },
  composite: ({ x }: { x: Tensor }, { eps }: { eps: number }) => standardized(x, eps),
  gradient: ([dy], { outputs: [normalized, scale] }) => ({ x: () => inputGradient(dy, normalized, scale) }),
});

/** Rows with mean 0 and variance 1, times a weight. */
export const normalizeRowsScaled = defineKernel({
  name: 'TrainkitLayerNormScaled',
  visible: 1,
  save: { inputs: ['weight'], outputs: [1, 2] },
  composite: ({ x, weight }: { x: Tensor; weight: Tensor }, { eps }: { eps: number }) => {
    const [normalized, scale] = standardized(x, eps);
    return [mul(normalized, weight), normalized, scale];
  },
  gradient: ([dy], { inputs: { weight }, outputs: [normalized, scale] }) => ({
    x: () => inputGradient(mul(dy, weight), normalized, scale),
    weight: () => reshape(sums(mul(dy, normalized), 0), weight.shape),
  }),
});

/** Rows with mean 0 and variance 1, times a weight, plus a bias. */
export const normalizeRowsAffine = defineKernel({
  name: 'TrainkitLayerNormAffine',
  visible: 1,
  save: { inputs: ['weight'], outputs: [1, 2] },
  composite: ({ x, weight, bias }: { x: Tensor; weight: Tensor; bias: Tensor }, { eps }: { eps: number }) => {
    const [normalized, scale] = standardized(x, eps);
    return [add(mul(normalized, weight), bias), normalized, scale];
  },
  gradient: ([dy], { inputs: { weight }, outputs: [normalized, scale] }) => ({
    x: () => inputGradient(mul(dy, weight), normalized, scale),
    weight: () => reshape(sums(mul(dy, normalized), 0), weight.shape),
    bias: () => reshape(sums(dy, 0), weight.shape),
  }),
});
