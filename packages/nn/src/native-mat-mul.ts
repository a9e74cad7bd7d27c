import type { Tensor } from '@tensorflow/tfjs-core';
import { nativeKernels } from '@trainkit/kernels/native';
import { sizesOf, type Transposed } from './gemm.js';

/**
 * a · b, plus the bias in each row, by the addon of `@trainkit/native`. Returns null for inputs
 * that are not float32.
 */
export function nativeMatMul(
  a: Tensor,
  b: Tensor,
  { bias, ...transposed }: Transposed & { bias?: Tensor } = {},
): [Tensor] | null {
  if ([a, b, bias ?? a].some(({ dtype }) => dtype !== 'float32')) return null;
  const kernels = nativeKernels();
  const { rows, inner, columns } = sizesOf(a, b, transposed);
  const product = kernels.empty([rows, columns]);
  const { transposeA = false, transposeB = false } = transposed;
  kernels.run(
    'product',
    [a, b, bias ?? null, product],
    [rows, columns, inner, transposeA ? 1 : 0, transposeB ? 1 : 0],
  );
  return [product];
}
