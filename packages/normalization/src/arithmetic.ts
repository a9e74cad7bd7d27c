import {
  add,
  clone,
  mul,
  ones,
  reshape,
  rsqrt,
  scalar,
  square,
  sub,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { nativeOps } from '@trainkit/kernels/node';
import { columnSums, rowSums } from './sums.js';

/**
 * What the formulas of the kernels are written in, so that each stands once: in stock operations, which run anywhere
 * and can be differentiated, and in TensorFlow's own, called without the way through TensorFlow.js.
 */
export interface Arithmetic {
  add(a: Tensor, b: Tensor): Tensor;
  sub(a: Tensor, b: Tensor): Tensor;
  mul(a: Tensor, b: Tensor): Tensor;
  square(x: Tensor): Tensor;
  rsqrt(x: Tensor): Tensor;
  /** The sums over all dimensions but the last, `[C]`. */
  columnSums(x: Tensor): Tensor;
  /** The means over the last dimension, which stays as one of size 1. */
  rowMeans(x: Tensor): Tensor;
}

/** Stock operations. */
export const stock: Arithmetic = {
  add,
  sub,
  mul,
  square,
  rsqrt,
  columnSums,
  rowMeans: (x) => mul(rowSums(x), 1 / x.shape.at(-1)!),
};

/** From so many rows on a product with ones sums as fast, and in pairs: BiasAddGrad is off by 5e-6 after 50,000. */
const MANY_ROWS = 1024;

/** TensorFlow's operations; to be called in the `tensorflow` version of a kernel. */
export function native(): Arithmetic {
  const { add, sub, mul, square, rsqrt, biasAddGrad, matMul, meanOfRows } = nativeOps();
  return {
    add,
    sub,
    mul,
    square,
    rsqrt,
    rowMeans: meanOfRows,
    columnSums: (x) => {
      const columns = x.shape.at(-1)!;
      const rows = x.size / columns;
      if (x.rank === 1) return clone(x);
      if (rows <= MANY_ROWS) return biasAddGrad(x);
      return reshape(matMul(ones([1, rows]), reshape(x, [rows, columns])), [columns]);
    },
  };
}

/** A number as an operand. */
export const number = (value: number): Tensor => scalar(value);
