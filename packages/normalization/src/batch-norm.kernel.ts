import { mul, type Tensor, zerosLike } from '@tensorflow/tfjs-core';
import { defineKernel } from '@trainkit/kernels';
import { type Arithmetic, native, number, stock } from './arithmetic.js';
import * as cpuBatchNorm from './batch-norm.cpu.js';
import * as nativeBatchNorm from './batch-norm.native.js';
import * as wasmBatchNorm from './batch-norm.wasm.js';
import { columnGradients } from './column-gradients.kernel.js';

type Affine = { x: Tensor; weight: Tensor; bias: Tensor };
type Batch = Affine & { runningMean: Tensor; runningVar: Tensor };
type Training = { eps: number; momentum: number };

/**
 * Normalizes each channel of x, `[…, C]`, by its own mean and variance, and updates the running
 * ones with both.
 *
 * Outputs: y, the new running mean and variance (which have no gradient, as in PyTorch); hidden
 * outputs for the gradient are x̄ = x − μ and s = 1/√(σ² + ε).
 *
 * x is centered twice, since μ rounds to float32, with an error of up to 5e-4 for x near 10⁴.
 * Subtracting the remaining mean removes the offset from variance, output and gradient. It takes 14
 * operations, of which 8 read all of x, and 7 small ones for the running statistics.
 */
function forward(
  { add, sub, mul, square, rsqrt, columnSums }: Arithmetic,
  { x, weight, bias, runningMean, runningVar }: Batch,
  { eps, momentum }: Training,
): [y: Tensor, mean: Tensor, variance: Tensor, centered: Tensor, scale: Tensor] {
  const rows = x.size / weight.size;
  const perRow = number(1 / rows);
  const rough = mul(columnSums(x), perRow);
  const shifted = sub(x, rough);
  const rest = mul(columnSums(shifted), perRow);
  const centered = sub(shifted, rest);
  const variance = mul(columnSums(square(centered)), perRow);
  const scale = rsqrt(add(variance, number(eps)));
  const average = (old: Tensor, now: Tensor, share: number) =>
    add(mul(old, number(1 - momentum)), mul(now, number(share)));
  return [
    add(mul(centered, mul(scale, weight)), bias),
    average(runningMean, add(rough, rest), momentum),
    // The unbiased variance; the batch was normalized by the biased one.
    average(runningVar, variance, (momentum * rows) / (rows - 1)),
    centered,
    scale,
  ];
}

/*
 * The gradient, with x̂ = x̄·s, y = w·x̂ + b, and sums over the N rows, for each channel:
 *
 *   db = Σ dy        dw = Σ dy·x̂ = s·Σ dy·x̄        dx̂ = w·dy
 *
 * x̂ depends on x directly, through μ and through σ². With ∂μ/∂x = 1/N and ∂s/∂x = −s³·x̄/N
 * (Σ x̄ = 0):
 *
 *   dx = s·(dx̂ − Σ dx̂/N − x̂·Σ(dx̂·x̂)/N) = w·s·(dy − db/N − x̄·s²·Σ dy·x̄/N)
 *
 * It takes 3 operations for Σ dy and Σ dy·x̄, which all read all of x, 9 for dx, of which 4 read
 * all of x, and 1 for dw.
 */
function inputGradient(
  { sub, mul }: Arithmetic,
  { dy, centered, scale, weight, products, dBias }: Backward,
): Tensor {
  const perRow = number(weight.size / dy.size);
  const along = mul(centered, mul(mul(mul(scale, scale), products), perRow));
  return mul(sub(sub(dy, mul(dBias, perRow)), along), mul(weight, scale));
}

type Backward = Record<'dy' | 'centered' | 'scale' | 'weight' | 'products' | 'dBias', Tensor>;

/**
 * Normalizes the channels of x by the batch's own statistics; see {@link forward}. Without weight
 * and bias, they are 1 and 0: both are small, and the product and the sum are computed anyway.
 */
export const normalizeBatch = defineKernel({
  name: 'TrainkitBatchNorm',
  visible: 3,
  save: { inputs: ['weight'], outputs: [3, 4] },
  composite: (inputs: Batch, attrs: Training) => forward(stock, inputs, attrs),
  gradient: ([dy], { inputs: { weight }, outputs: [centered, scale] }) => {
    const [products, dBias] = columnGradients({ dy, factor: centered });
    return {
      x: () => batchInputGradient({ dy, centered, scale, weight, products, dBias })[0],
      weight: () => mul(products, scale),
      bias: () => dBias,
      runningMean: () => zerosLike(scale),
      runningVar: () => zerosLike(scale),
    };
  },
  tensorflow: (inputs, attrs) => forward(native(), inputs, attrs),
  wasm: wasmBatchNorm.normalize,
  cpu: cpuBatchNorm.normalize,
  native: nativeBatchNorm.normalize,
});

/** dx of a batch norm in training. */
const batchInputGradient = defineKernel({
  name: 'TrainkitBatchNormInputGradient',
  composite: (inputs: Backward) => [inputGradient(stock, inputs)],
  tensorflow: (inputs) => [inputGradient(native(), inputs)],
  wasm: wasmBatchNorm.inputGradient,
  cpu: cpuBatchNorm.inputGradient,
  native: nativeBatchNorm.inputGradient,
});
