import { type Tensor, transpose } from '@tensorflow/tfjs-core';

/**
 * From so many elements of b on, it takes longer to bring bᵀ into order than to transpose a small product: with 131,072 the way
 * round took 0.86 to 1.10 of the time, with 200,704 0.73, with 262,144 and more 0.22 to 0.98.
 */
const LARGE_FACTOR = 196_608;

/**
 * Whether TensorFlow's own product a · bᵀ is computed faster as (b · aᵀ)ᵀ: where a has few rows and b is large, as in the
 * gradient of a linear layer's input. It brings bᵀ into order column by column: 128×512 · (512×512)ᵀ takes 1.19 ms, this way
 * 0.78. oneDNN's product does not: 0.61 and 0.82.
 */
export function isFasterSwapped(a: readonly number[], b: readonly number[]): boolean {
  if (a.length !== 2 || b.length !== 2) return false;
  const [rows = 0] = a;
  const [columns = 0, inner = 0] = b;
  return rows >= 2 && rows * 2 <= Math.min(columns, inner) && columns * inner >= LARGE_FACTOR;
}

/** a · bᵀ as (b · aᵀ)ᵀ, by way of `timesTransposed`, a product whose second factor is transposed. */
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
