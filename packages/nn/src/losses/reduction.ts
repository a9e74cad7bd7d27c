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

/** The reduction of single losses: their `mean`, their `sum`, or `none`, which returns them as they are. */
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

/** Throws unless `reduction` is one of {@link Reduction}. */
export function checkReduction(where: string, reduction: Reduction): void {
  checkOneOf(where, 'reduction', reduction, REDUCTIONS);
}

/** Reduces by plain mean or sum; of nothing the mean is NaN, as PyTorch's, and the sum 0. */
export function reduce(losses: Tensor, reduction: 'mean' | 'sum'): Scalar;
export function reduce(losses: Tensor, reduction: Reduction): Tensor;
export function reduce(losses: Tensor, reduction: Reduction): Tensor {
  if (reduction === 'none') return losses;
  // The WebAssembly backend gives, for sum and mean of nothing, what happens to be in memory.
  const nothing = reduction === 'mean' ? Number.NaN : 0;
  const some = losses.size === 0 ? pad(reshape(losses, [0]), [[0, 1]], nothing) : losses;
  return total({ x: some }, { averaged: reduction === 'mean' })[0];
}
