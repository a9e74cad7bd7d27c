import { add, clone, mul, rsqrt, scalar, square, sub, type Tensor } from '@tensorflow/tfjs-core';
import { nativeOps } from '@trainkit/kernels/node';
import * as sums from './sums.js';

/**
 * The operations of the kernels' formulas, so that each formula is written once: stock operations,
 * which run everywhere and are differentiable, or TensorFlow's own, called without the overhead of
 * TensorFlow.js.
 */
export interface Arithmetic {
  add(a: Tensor, b: Tensor): Tensor;
  sub(a: Tensor, b: Tensor): Tensor;
  mul(a: Tensor, b: Tensor): Tensor;
  square(x: Tensor): Tensor;
  rsqrt(x: Tensor): Tensor;
  /** The sums over all dimensions but the last, `[C]`. */
  columnSums(x: Tensor): Tensor;
  /** The means over the last dimension, which is kept with size 1. */
  rowMeans(x: Tensor): Tensor;
}

/** Stock operations. */
export const stock: Arithmetic = {
  add,
  sub,
  mul,
  square,
  rsqrt,
  columnSums: sums.columnSums,
  rowMeans: (x) => mul(sums.rowSums(x), 1 / x.shape.at(-1)!),
};

/** TensorFlow's operations; call them only in the `tensorflow` version of a kernel. */
export function native(): Arithmetic {
  const { add, sub, mul, square, rsqrt, columnSums, meanOfRows } = nativeOps();
  return {
    add,
    sub,
    mul,
    square,
    rsqrt,
    rowMeans: meanOfRows,
    columnSums: (x) => (x.rank === 1 ? clone(x) : columnSums(x)),
  };
}

/** A number as an operand. */
export const number = (value: number): Tensor => scalar(value);
