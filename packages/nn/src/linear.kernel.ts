import { add, matMul, sum, type Tensor, tensor1d } from '@tensorflow/tfjs-core';
import { defineKernel } from '@trainkit/kernels';
import { nativeOps } from '@trainkit/kernels/node';
import { product } from './mat-mul.kernel.js';
import { wasmMatMul } from './wasm-mat-mul.js';

/** x · weight + bias, for a matrix x: one row for each example. */
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
  wasm: ({ x, weight, bias }) => [wasmMatMul(x, weight, { bias }) ?? add(product(x, weight), bias)],
});

/** The sum of each column: the bias's gradient. */
const columnSums = defineKernel({
  name: 'TrainkitColumnSums',
  composite: ({ x }: { x: Tensor }) => [sum(x, 0)],
  tensorflow: ({ x }) => [nativeOps().columnSums(x)],
  // The WebAssembly backend adds one by one in float32 and gives, for sums of nothing, what happens to be in memory.
  wasm: ({ x }) => {
    const [rows = 0, columns = 0] = x.shape;
    const values = x.dataSync();
    const sums = new Float64Array(columns);
    for (let row = 0, i = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) sums[column]! += values[i++]!;
    }
    return [tensor1d(Float32Array.from(sums))];
  },
});
