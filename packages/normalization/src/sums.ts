import { add, reshape, slice, sum, type Tensor } from '@tensorflow/tfjs-core';

/**
 * The number of terms that are added one after the other; more are added in blocks, and so are the
 * blocks' sums.
 */
const BLOCK = 64;

/**
 * The sum of each column of x, over all dimensions but the last, shape `[C]`, in stock operations
 * and exact on every backend.
 *
 * It is computed in blocks, since the WebAssembly backend adds one by one in float32, with a
 * relative error of 1e-4 for 50,000 equal numbers.
 */
export function columnSums(x: Tensor): Tensor {
  const columns = x.shape.at(-1)!;
  return blockwise(reshape(x, [1, x.size / columns, columns]));
}

/** The sum of each row of x, over its last dimension, which is kept with size 1; in blocks too. */
export function rowSums(x: Tensor): Tensor {
  const length = x.shape.at(-1)!;
  const sums = blockwise(reshape(x, [x.size / length, length, 1]));
  return reshape(sums, [...x.shape.slice(0, -1), 1]);
}

/** The sums over the middle one of three dimensions, flat. */
function blockwise(x: Tensor): Tensor {
  const [outer, length, inner] = x.shape as [number, number, number];
  if (length <= BLOCK) return reshape(sum(x, 1), [outer * inner]);
  const blocks = Math.floor(length / BLOCK);
  const whole = blocks * BLOCK;
  const head = length === whole ? x : slice(x, [0, 0, 0], [outer, whole, inner]);
  const perBlock = reshape(sum(reshape(head, [outer * blocks, BLOCK, inner]), 1), [outer, blocks, inner]);
  const total = blockwise(perBlock);
  if (length === whole) return total;
  const tail = slice(x, [0, whole, 0], [outer, length - whole, inner]);
  return add(total, reshape(sum(tail, 1), [outer * inner]));
}
