import { add, matMul, type Tensor } from '@tensorflow/tfjs-core';
import { defineKernel } from '@trainkit/kernels';
import { nativeOps } from '@trainkit/kernels/node';
import { columnSums } from './column-sums.kernel.js';
import { cpuMatMul } from './cpu-mat-mul.js';
import { product } from './mat-mul.kernel.js';
import { nativeMatMul } from './native-mat-mul.js';
import { wasmMatMul } from './wasm-mat-mul.js';

/** x · weight + bias for a matrix x with one row for each example. */
export const linearWithBias = defineKernel({
  name: 'TrainkitLinear',
  composite: ({ x, weight, bias }: { x: Tensor; weight: Tensor; bias: Tensor }) => [
    add(matMul(x, weight), bias),
  ],
  gradient: ([dy], { inputs: { x, weight } }) => ({
    x: () => product(dy, weight, { transposeB: true }),
    weight: () => product(x, dy, { transposeA: true }),
    bias: () => columnSums({ x: dy })[0],
  }),
  tensorflow: ({ x, weight, bias }) => {
    const { matMul, biasAdd } = nativeOps();
    return [biasAdd(matMul(x, weight), bias)];
  },
  wasm: ({ x, weight, bias }) => wasmMatMul(x, weight, { bias }) ?? [add(product(x, weight), bias)],
  cpu: ({ x, weight, bias }) => cpuMatMul(x, weight, { bias }),
  native: ({ x, weight, bias }) => nativeMatMul(x, weight, { bias }),
});
