import { type Tensor, transpose } from '@tensorflow/tfjs-core';

/**
 * The number of elements of b from which on transposing a small product is faster than reordering
 * bᵀ.
 */
const LARGE_FACTOR = 196_608;

/**
 * True if TensorFlow's own product a · bᵀ is computed faster as (b · aᵀ)ᵀ: if a has few rows and b
 * is large, as in the gradient of a linear layer's input. TensorFlow reorders bᵀ column by column:
 * 128×512 · (512×512)ᵀ takes a third less time swapped. oneDNN's product does not, and is slower
 * swapped.
 */
export function isFasterSwapped(a: readonly number[], b: readonly number[]): boolean {
  if (a.length !== 2 || b.length !== 2) return false;
  const [rows = 0] = a;
  const [columns = 0, inner = 0] = b;
  return rows >= 2 && rows * 2 <= Math.min(columns, inner) && columns * inner >= LARGE_FACTOR;
}

/**
 * a · bᵀ as (b · aᵀ)ᵀ, computed by `timesTransposed`, a product whose second factor is transposed.
 */
export function swappedProduct(
  a: Tensor,
  b: Tensor,
  timesTransposed: (left: Tensor, right: Tensor) => Tensor,
): Tensor {
  const product = timesTransposed(b, a);
  try {
    return transpose(product);
  } finally {
    product.dispose();
  }
}
