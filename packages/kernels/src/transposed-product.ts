import { type Tensor, transpose } from '@tensorflow/tfjs-core';
import { thisMachine, usesOnednnOps } from './onednn-ops.js';

/** From so many elements of b on, it takes longer to bring bᵀ into order than to transpose a small product. */
const LARGE = 196_608;

/**
 * Whether a · bᵀ is computed faster as (b · aᵀ)ᵀ: where a has few rows and b is large, as in the gradient of a linear layer's
 * input. TensorFlow's own product packs bᵀ column by column (128×512 · (512×512)ᵀ takes 1.19 ms, this way 0.78); oneDNN's
 * does not (0.61 and 0.82).
 */
export function isFasterTurned(a: readonly number[], b: readonly number[]): boolean {
  if (a.length !== 2 || b.length !== 2) return false;
  const [rows = 0] = a;
  const [columns = 0, inner = 0] = b;
  if (rows < 2 || rows * 2 > Math.min(columns, inner) || columns * inner < LARGE) return false;
  return ownProducts();
}

/** (b · aᵀ)ᵀ, by way of a product whose second factor is transposed. */
export function turned(
  a: Tensor,
  b: Tensor,
  timesTransposed: (left: Tensor, right: Tensor) => Tensor,
): Tensor {
  const product = timesTransposed(b, a);
  const result = transpose(product);
  product.dispose();
  return result;
}

let known: boolean | null = null;

/** Whether products are TensorFlow's own. Asked once, as TensorFlow does; the processor does not change. */
function ownProducts(): boolean {
  known ??= usesOnednnOps(thisMachine()) === false;
  return known;
}
