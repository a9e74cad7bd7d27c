import {
  pad,
  reshape,
  type Scalar,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor3D,
  type Tensor4D,
  type Tensor5D,
} from '@tensorflow/tfjs-core';
import { checkOneOf } from '@trainkit/checks';
import { total } from '../total.kernel.js';

/** The reduction of losses: their `mean`, their `sum`, or `none`, which returns them unreduced. */
export type Reduction = 'mean' | 'sum' | 'none';

export const REDUCTIONS: readonly Reduction[] = ['mean', 'sum', 'none'];

/** The type of a loss for each row of scores `[N, …, C]`: a tensor with one dimension less. */
export type RowLosses<Scores extends Tensor> = Scores extends Tensor1D
  ? Scalar
  : Scores extends Tensor2D
    ? Tensor1D
    : Scores extends Tensor3D
      ? Tensor2D
      : Scores extends Tensor4D
        ? Tensor3D
        : Scores extends Tensor5D
          ? Tensor4D
          : Tensor;

/** Throws unless `reduction` is a {@link Reduction}. */
export function checkReduction(where: string, reduction: Reduction): void {
  checkOneOf(where, 'reduction', reduction, REDUCTIONS);
}

/** The mean or the sum; for an empty tensor the mean is NaN, as in PyTorch, and the sum 0. */
export function reduce(losses: Tensor, reduction: 'mean' | 'sum'): Scalar;
export function reduce(losses: Tensor, reduction: Reduction): Tensor;
export function reduce(losses: Tensor, reduction: Reduction): Tensor {
  if (reduction === 'none') return losses;
  // The WebAssembly backend returns uninitialized memory for sum and mean of an empty tensor.
  const nothing = reduction === 'mean' ? Number.NaN : 0;
  const some = losses.size === 0 ? pad(reshape(losses, [0]), [[0, 1]], nothing) : losses;
  return total({ x: some }, { averaged: reduction === 'mean' })[0];
}
