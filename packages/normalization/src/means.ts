import { add, mul, reshape, slice, sum, type Tensor } from '@tensorflow/tfjs-core';

/** So many numbers are added one after the other; more are added in blocks, and the blocks' sums likewise. */
const BLOCK = 64;

/**
 * The sum of each column (axis 0) or row (axis 1) of a matrix, shaped `[1, C]` or `[R, 1]`.
 *
 * In blocks, since the WebAssembly backend adds one by one in float32: the sum of 1,000 equal numbers is off by 3e-6
 * of itself there, of 50,000 by 1e-4; in blocks it stays at the last bits.
 */
export function sums(x: Tensor, axis: 0 | 1): Tensor {
  const length = x.shape[axis]!;
  if (length <= BLOCK) return sum(x, axis, true);
  const [rows, columns] = x.shape as [number, number];
  const blocks = Math.floor(length / BLOCK);
  const whole = blocks * BLOCK;
  const [head, tail] =
    axis === 0
      ? [slice(x, [0, 0], [whole, columns]), slice(x, [whole, 0], [length - whole, columns])]
      : [slice(x, [0, 0], [rows, whole]), slice(x, [0, whole], [rows, length - whole])];
  const perBlock =
    axis === 0
      ? sum(reshape(head, [blocks, BLOCK, columns]), 1)
      : sum(reshape(head, [rows, blocks, BLOCK]), 2);
  const total = sums(perBlock, axis);
  return length === whole ? total : add(total, sum(tail, axis, true));
}

/** The mean of each column (axis 0) or row (axis 1) of a matrix, shaped `[1, C]` or `[R, 1]`. */
export function means(x: Tensor, axis: 0 | 1): Tensor {
  return mul(sums(x, axis), 1 / x.shape[axis]!);
}
