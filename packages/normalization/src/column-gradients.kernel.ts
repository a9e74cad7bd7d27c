import type { Tensor } from '@tensorflow/tfjs-core';
import { defineKernel } from '@trainkit/kernels';
import { type Arithmetic, native, stock } from './arithmetic.js';
import * as columns from './columns.js';
import * as nativeColumns from './columns.native.js';
import * as wasmColumns from './columns.wasm.js';

type Inputs = { dy: Tensor; factor: Tensor };

function sums({ mul, columnSums }: Arithmetic, { dy, factor }: Inputs): [products: Tensor, total: Tensor] {
  return [columnSums(mul(dy, factor)), columnSums(dy)];
}

/** Σ dy·factor and Σ dy over all dimensions but the last: the gradients of a weight and a bias. */
export const columnGradients = defineKernel({
  name: 'TrainkitColumnGradients',
  composite: (inputs: Inputs) => sums(stock, inputs),
  tensorflow: (inputs) => sums(native(), inputs),
  wasm: wasmColumns.gradients,
  cpu: columns.gradients,
  native: nativeColumns.gradients,
});
