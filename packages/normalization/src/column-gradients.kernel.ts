import type { Tensor } from '@tensorflow/tfjs-core';
import { defineKernel } from '@trainkit/kernels';
import { type Arithmetic, native, stock } from './arithmetic.js';
import * as cpuBatchNorm from './batch-norm.cpu.js';
import * as nativeBatchNorm from './batch-norm.native.js';
import * as wasmBatchNorm from './batch-norm.wasm.js';

type Inputs = { dy: Tensor; factor: Tensor };

function sums({ mul, columnSums }: Arithmetic, { dy, factor }: Inputs): [products: Tensor, total: Tensor] {
  return [columnSums(mul(dy, factor)), columnSums(dy)];
}

/** Σ dy·factor and Σ dy over all dimensions but the last, the gradients of a weight and a bias. */
export const columnGradients = defineKernel({
  name: 'TrainkitColumnGradients',
  composite: (inputs: Inputs) => sums(stock, inputs),
  tensorflow: (inputs) => sums(native(), inputs),
  wasm: wasmBatchNorm.gradients,
  cpu: cpuBatchNorm.gradients,
  native: nativeBatchNorm.gradients,
});
