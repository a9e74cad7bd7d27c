import { type Tensor, tidy } from '@tensorflow/tfjs-core';
import { simdOnHeap } from '@trainkit/kernels/wasm';
import { gemmCode } from './gemm.code.js';
import { addProduct, matrixAt, scratchSize } from './gemm.js';

/** Which factors are transposed, and what is added to each row of the product. */
interface Options {
  transposeA?: boolean;
  transposeB?: boolean;
  bias?: Tensor;
}

/**
 * a · b on the WebAssembly backend, by functions of our own; null where they cannot run.
 *
 * XNNPACK, which the backend has, takes no transposed factors and packs a weight slowly, which in training is
 * another one in each step.
 */
export function wasmMatMul(
  a: Tensor,
  b: Tensor,
  { transposeA = false, transposeB = false, bias }: Options = {},
): Tensor | null {
  const heap = simdOnHeap(gemmCode, a, b, ...(bias === undefined ? [] : [bias]));
  if (heap === null) return null;
  const { code } = heap;
  const [columnsOfA = 0, columnsOfB = 0] = [a.shape[1], b.shape[1]];
  const sizes = {
    rows: a.shape[transposeA ? 1 : 0] ?? 0,
    inner: a.shape[transposeA ? 0 : 1] ?? 0,
    columns: b.shape[transposeB ? 0 : 1] ?? 0,
  };
  return tidy(() => {
    const product = heap.make([sizes.rows, sizes.columns]);
    const c = heap.address(product);
    if (bias === undefined) code.clear(c, product.size);
    else code.fillRows(c, heap.address(bias), sizes.rows, sizes.columns);
    if (sizes.inner === 0 || product.size === 0) return product;
    const scratch = heap.make([scratchSize(sizes)]);
    const matrices = {
      a: matrixAt(heap.address(a), columnsOfA, transposeA),
      b: matrixAt(heap.address(b), columnsOfB, transposeB),
      c,
    };
    addProduct(code, matrices, sizes, heap.address(scratch));
    return product;
  });
}
