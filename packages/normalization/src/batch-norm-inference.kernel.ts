import { mul, square, type Tensor } from '@tensorflow/tfjs-core';
import { defineKernel } from '@trainkit/kernels';
import { type Arithmetic, native, number, stock } from './arithmetic.js';
import * as nativeBatchNorm from './batch-norm.native.js';
import { columnGradients } from './column-gradients.kernel.js';

type Inputs = Record<'x' | 'weight' | 'bias' | 'mean' | 'variance', Tensor>;

/**
 * y = w·s·(x − μ) + b with s = 1/√(σ² + ε) and given μ and σ². Hidden outputs for the gradient are
 * x − μ and s. It takes 6 operations.
 */
function forward(
  { add, sub, mul, rsqrt }: Arithmetic,
  { x, weight, bias, mean, variance }: Inputs,
  eps: number,
): [y: Tensor, centered: Tensor, scale: Tensor] {
  const scale = rsqrt(add(variance, number(eps)));
  const centered = sub(x, mean);
  return [add(mul(centered, mul(scale, weight)), bias), centered, scale];
}

/**
 * Normalizes each channel of x, `[…, C]`, by a given mean and variance.
 *
 * The gradient: dx = w·s·dy, db = Σ dy, dw = s·Σ dy·(x − μ), and for the statistics dμ = −w·s·db,
 * dσ² = −½·w·s³·Σ dy·(x − μ).
 */
export const normalizeByStatistics = defineKernel({
  name: 'TrainkitBatchNormInference',
  visible: 1,
  save: { inputs: ['weight'], outputs: [1, 2] },
  composite: (inputs: Inputs, { eps }: { eps: number }) => forward(stock, inputs, eps),
  gradient: ([dy], { inputs: { weight }, outputs: [centered, scale] }) => {
    const factor = mul(weight, scale);
    const [products, dBias] = columnGradients({ dy, factor: centered });
    return {
      x: () => mul(dy, factor),
      weight: () => mul(products, scale),
      bias: () => dBias,
      mean: () => mul(mul(factor, dBias), -1),
      variance: () => mul(mul(factor, square(scale)), mul(products, -0.5)),
    };
  },
  tensorflow: (inputs, { eps }) => forward(native(), inputs, eps),
  native: nativeBatchNorm.normalizeByStatistics,
});
