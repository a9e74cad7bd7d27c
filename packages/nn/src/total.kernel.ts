import { div, mean, mul, onesLike, scalar, sum, type Tensor } from '@tensorflow/tfjs-core';
import { defineKernel } from '@trainkit/kernels';
import { nativeKernels } from '@trainkit/kernels/native';

/** True if the result is the mean. */
type Attrs = { averaged: boolean };

/**
 * The sum of all elements, or their mean.
 *
 * The WebAssembly backend adds one by one in float32, with a relative error of 3e-6 after 1,000
 * equal elements. In double precision the sum of a batch's losses is exact to the last bit and no
 * slower.
 */
export const total = defineKernel({
  name: 'TrainkitTotal',
  composite: ({ x }: { x: Tensor }, { averaged }: Attrs): [Tensor] => [averaged ? mean(x) : sum(x)],
  gradient: ([dy], { inputs: { x } }, attrs) => ({ x: () => totalGradient({ x, dy }, attrs)[0] }),
  wasm: ({ x }, { averaged }) => {
    let exact = 0;
    for (const value of x.dataSync()) exact += value;
    return [scalar(averaged ? exact / x.size : exact)];
  },
  native: ({ x }, { averaged }) => {
    const kernels = nativeKernels();
    const sum = kernels.empty([]);
    kernels.run('sumAll', [x, sum], [x.size, averaged ? x.size : 1]);
    return [sum];
  },
});

const totalGradient = defineKernel({
  name: 'TrainkitTotalGradient',
  composite: ({ x, dy }: { x: Tensor; dy: Tensor }, { averaged }: Attrs) => [
    mul(onesLike(x), averaged ? div(dy, x.size) : dy),
  ],
  native: ({ x, dy }, { averaged }) => {
    const kernels = nativeKernels();
    const dx = kernels.empty(x.shape);
    kernels.run('repeat', [dy, dx], [x.size, averaged ? x.size : 1]);
    return [dx];
  },
});
