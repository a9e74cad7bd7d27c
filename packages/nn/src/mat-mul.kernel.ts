import { matMul as stockMatMul, type Tensor, transpose, zeros } from '@tensorflow/tfjs-core';
import { defineKernel } from '@trainkit/kernels';
import { nativeOps } from '@trainkit/kernels/node';
import { cpuMatMul } from './cpu-mat-mul.js';
import { nativeMatMul } from './native-mat-mul.js';
import { wasmMatMul } from './wasm-mat-mul.js';

/** The factors that are transposed before the product. */
type Transposed = { transposeA: boolean; transposeB: boolean };

/**
 * a · b of two matrices, each optionally transposed; its gradient is two more of these products.
 */
export const matMul = defineKernel({
  name: 'TrainkitMatMul',
  composite: ({ a, b }: { a: Tensor; b: Tensor }, { transposeA, transposeB }: Transposed) => [
    stockMatMul(a, b, transposeA, transposeB),
  ],
  gradient: ([dy], { inputs: { a, b } }, { transposeA, transposeB }) => ({
    a: () =>
      transposeA
        ? product(b, dy, { transposeA: transposeB, transposeB: true })
        : product(dy, b, { transposeB: !transposeB }),
    b: () =>
      transposeB
        ? product(dy, a, { transposeA: true, transposeB: transposeA })
        : product(a, dy, { transposeA: !transposeA }),
  }),
  tensorflow: ({ a, b }, transposed) => [nativeOps().matMul(a, b, transposed)],
  wasm: ({ a, b }, transposed) => wasmMatMul(a, b, transposed) ?? [explicitlyTransposed(a, b, transposed)],
  cpu: ({ a, b }, transposed) => cpuMatMul(a, b, transposed),
  native: ({ a, b }, transposed) => nativeMatMul(a, b, transposed),
});

/** Calls {@link matMul} with its inputs as arguments. */
export function product(
  a: Tensor,
  b: Tensor,
  { transposeA = false, transposeB = false }: Partial<Transposed> = {},
): Tensor {
  return matMul({ a, b }, { transposeA, transposeB })[0];
}

/**
 * The product by plain products, without WebAssembly SIMD. XNNPACK is ten times as fast as the
 * backend's own loops, but takes no transposed factors. Of the two forms of a · bᵀ, a · (bᵀ) and (b
 * · aᵀ)ᵀ, the one that moves less data is used: b may be a large weight, and a and the product
 * small.
 */
function explicitlyTransposed(a: Tensor, b: Tensor, { transposeA, transposeB }: Transposed): Tensor {
  const left = transposeA ? transpose(a) : a;
  // XNNPACK refuses empty matrices, and the backend would return uninitialized memory.
  if (a.size === 0 || b.size === 0) return zeros([left.shape[0]!, b.shape[transposeB ? 0 : 1]!]);
  if (!transposeB) return stockMatMul(left, b);
  const moved = (transposeA ? 0 : a.size) + left.shape[0]! * b.shape[0]!;
  if (moved < b.size) {
    return transpose(stockMatMul(b, transposeA ? a : transpose(a)));
  }
  return stockMatMul(left, transpose(b));
}
