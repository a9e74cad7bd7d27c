import { pad, reshape, type Scalar, type Tensor } from '@tensorflow/tfjs-core';
import { total } from '../total.kernel.js';

/** How single losses become one: their `mean`, their `sum`, or `none`: they are returned as they are. */
export type Reduction = 'mean' | 'sum' | 'none';

export const REDUCTIONS: readonly Reduction[] = ['mean', 'sum', 'none'];

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
