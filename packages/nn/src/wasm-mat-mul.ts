import { type Tensor, tidy } from '@tensorflow/tfjs-core';
import { simdOnHeap } from '@trainkit/kernels/wasm';
import { gemmCode } from './gemm.code.js';
import { addProduct, matrixAt, scratchSize, sizesOf, type Transposed } from './gemm.js';

/**
 * a · b, plus the bias in each row, on the WebAssembly backend, by this package's own functions;
 * null without SIMD.
 *
 * The backend's XNNPACK takes no transposed factors. Packing a weight costs more time than it saves
 * if the weight changes in each step.
 */
export function wasmMatMul(
  a: Tensor,
  b: Tensor,
  { bias, ...transposed }: Transposed & { bias?: Tensor } = {},
): [Tensor] | null {
  const heap = simdOnHeap(gemmCode, a, b, ...(bias === undefined ? [] : [bias]));
  if (heap === null) return null;
  const sizes = sizesOf(a, b, transposed);
  return tidy((): [Tensor] => {
    const product = heap.make([sizes.rows, sizes.columns]);
    const c = heap.address(product);
    if (bias === undefined) heap.code.clear(c, product.size);
    else heap.code.fillRows(c, heap.address(bias), sizes.rows, sizes.columns);
    if (sizes.inner === 0 || product.size === 0) return [product];
    const matrices = {
      a: matrixAt(heap.address(a), a.shape[1]!, transposed.transposeA),
      b: matrixAt(heap.address(b), b.shape[1]!, transposed.transposeB),
      c,
    };
    const scratch = heap.make([scratchSize(sizes)]);
    addProduct(heap.code, matrices, sizes, heap.address(scratch));
    return [product];
  });
}
