import { mul, type Tensor, zerosLike } from '@tensorflow/tfjs-core';
import { defineKernel } from '@trainkit/kernels';
import { type Arithmetic, native, number, stock } from './arithmetic.js';
import { columnGradients } from './column-gradients.kernel.js';
import * as columns from './columns.js';
import * as nativeColumns from './columns.native.js';
import * as wasmColumns from './columns.wasm.js';

type Affine = { x: Tensor; weight: Tensor; bias: Tensor };
type Batch = Affine & { runningMean: Tensor; runningVar: Tensor };
type Training = { eps: number; momentum: number };

/**
 * Normalizes each channel of x, `[…, C]`, by its own mean and variance, and takes both into the running ones.
 *
 * Outputs: y, the new running mean and variance (of which gradients take no notice, as in PyTorch); hidden, for the
 * gradient, x̄ = x − μ and s = 1/√(σ² + ε).
 *
 * Two passes, centered twice: μ rounds to float32, which is off by up to 5e-4 where x is near 10⁴. So what is left of
 * the mean after subtracting it is subtracted too, and variance, output and gradient see nothing of the offset.
 * In 14 operations, of which 8 read all of x, and 7 small ones for the running statistics.
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
    // Unbiased, where the batch was normalized by the biased one.
    average(runningVar, variance, (momentum * rows) / (rows - 1)),
    centered,
    scale,
  ];
}

/*
 * The gradient, with x̂ = x̄·s, y = w·x̂ + b, sums over the N rows, channel by channel:
 *
 *   db = Σ dy        dw = Σ dy·x̂ = s·Σ dy·x̄        dx̂ = w·dy
 *
 * x reaches x̂ directly, through μ and through σ². With ∂μ/∂x = 1/N and ∂s/∂x = −s³·x̄/N (Σ x̄ = 0):
 *
 *   dx = s·(dx̂ − Σ dx̂/N − x̂·Σ(dx̂·x̂)/N) = w·s·(dy − db/N − x̄·s²·Σ dy·x̄/N)
 *
 * 3 operations for Σ dy and Σ dy·x̄, which all read all of x, 9 for dx (4) and 1 for dw.
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
 * Normalizes the channels of x by the batch's own statistics; see {@link forward}. Where there is nothing to scale
 * by or to add, weight is 1 and bias 0: they are small, and one factor and one sum are there anyway.
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
  wasm: wasmColumns.normalize,
  cpu: columns.normalize,
  native: nativeColumns.normalize,
});

/** dx of a batch norm in training. */
const batchInputGradient = defineKernel({
  name: 'TrainkitBatchNormInputGradient',
  composite: (inputs: Backward) => [inputGradient(stock, inputs)],
  tensorflow: (inputs) => [inputGradient(native(), inputs)],
  wasm: wasmColumns.inputGradient,
  cpu: columns.inputGradient,
  native: nativeColumns.inputGradient,
});
