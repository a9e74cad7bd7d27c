import type { Tensor } from '@tensorflow/tfjs-core';
import { defineKernel } from '@trainkit/kernels';
import { type Arithmetic, native, number, stock } from './arithmetic.js';
import * as cpuLayerNorm from './layer-norm.cpu.js';
import * as nativeLayerNorm from './layer-norm.native.js';
import * as wasmLayerNorm from './layer-norm.wasm.js';

type Attrs = { eps: number };

/**
 * x̂ = (x − μ)·s with s = 1/√(σ² + ε), for each row over the last dimension, and s, `[…, 1]`. It
 * takes 9 operations.
 *
 * x is centered twice, since μ rounds to float32, with an error of up to 5e-4 for x near 10⁴.
 * Subtracting the remaining mean removes the offset from output and gradient.
 */
function standardize(
  { add, sub, mul, square, rsqrt, rowMeans }: Arithmetic,
  x: Tensor,
  eps: number,
): [normalized: Tensor, scale: Tensor] {
  const shifted = sub(x, rowMeans(x));
  const centered = sub(shifted, rowMeans(shifted));
  const scale = rsqrt(add(rowMeans(square(centered)), number(eps)));
  return [mul(centered, scale), scale];
}

/*
 * The gradient, with y = w·x̂ + b, dx̂ = w·dy, and means over the D elements of a row:
 *
 *   db = Σ dy        dw = Σ dy·x̂        (sums over the rows)
 *
 * x̂ depends on x directly, through μ and through σ². With ∂μ/∂x = 1/D and ∂s/∂x = −s²·x̂/D
 * (Σ x̂ = 0):
 *
 *   dx = s·(dx̂ − mean(dx̂) − x̂·mean(dx̂·x̂))
 *
 * dy·x̂ is used for dw and, times w, for the last mean. It takes 11 operations, or 7 without a
 * weight.
 */
function inputGradient(
  { sub, mul, rowMeans }: Arithmetic,
  dNormalized: Tensor,
  alongNormalized: Tensor,
  { normalized, scale }: Pick<Backward, 'normalized' | 'scale'>,
): Tensor {
  const along = mul(normalized, rowMeans(alongNormalized));
  return mul(sub(sub(dNormalized, rowMeans(dNormalized)), along), scale);
}

function gradients(
  arithmetic: Arithmetic,
  { dy, weight, ...saved }: Backward,
): [dx: Tensor, dWeight: Tensor, dBias: Tensor] {
  const { mul, columnSums } = arithmetic;
  const products = mul(dy, saved.normalized);
  const dx = inputGradient(arithmetic, mul(dy, weight), mul(products, weight), saved);
  return [dx, columnSums(products), columnSums(dy)];
}

type Backward = Record<'dy' | 'normalized' | 'scale' | 'weight', Tensor>;

/** x̂ of each row, over the last dimension; the hidden output for the gradient is s. */
export const normalizeRows = defineKernel({
  name: 'TrainkitLayerNorm',
  visible: 1,
  save: { inputs: [], outputs: [0, 1] },
  composite: ({ x }: { x: Tensor }, { eps }: Attrs) => standardize(stock, x, eps),
  gradient: ([dy], { outputs: [normalized, scale] }) => ({
    x: () => rowsGradient({ dy, normalized, scale })[0],
  }),
  tensorflow: ({ x }, { eps }) => standardize(native(), x, eps),
  wasm: wasmLayerNorm.normalize,
  cpu: cpuLayerNorm.normalize,
  native: nativeLayerNorm.normalize,
});

/** w·x̂; the hidden outputs for the gradient are x̂ and s. */
export const normalizeRowsScaled = defineKernel({
  name: 'TrainkitLayerNormScaled',
  visible: 1,
  save: { inputs: ['weight'], outputs: [1, 2] },
  composite: (inputs: { x: Tensor; weight: Tensor }, { eps }: Attrs) => scaled(stock, inputs, eps),
  gradient: ([dy], { inputs: { weight }, outputs: [normalized, scale] }) => {
    const [dx, dWeight] = affineGradients({ dy, normalized, scale, weight });
    return { x: () => dx, weight: () => dWeight };
  },
  tensorflow: (inputs, { eps }) => scaled(native(), inputs, eps),
  wasm: wasmLayerNorm.normalizeScaled,
  cpu: cpuLayerNorm.normalizeScaled,
  native: nativeLayerNorm.normalizeScaled,
});

/** w·x̂ + b; the hidden outputs for the gradient are x̂ and s. */
export const normalizeRowsAffine = defineKernel({
  name: 'TrainkitLayerNormAffine',
  visible: 1,
  save: { inputs: ['weight'], outputs: [1, 2] },
  composite: (inputs: { x: Tensor; weight: Tensor; bias: Tensor }, { eps }: Attrs) =>
    affine(stock, inputs, eps),
  gradient: ([dy], { inputs: { weight }, outputs: [normalized, scale] }) => {
    const [dx, dWeight, dBias] = affineGradients({ dy, normalized, scale, weight });
    return { x: () => dx, weight: () => dWeight, bias: () => dBias };
  },
  tensorflow: (inputs, { eps }) => affine(native(), inputs, eps),
  wasm: wasmLayerNorm.normalizeScaled,
  cpu: cpuLayerNorm.normalizeScaled,
  native: nativeLayerNorm.normalizeScaled,
});

function scaled(
  arithmetic: Arithmetic,
  { x, weight }: { x: Tensor; weight: Tensor },
  eps: number,
): [y: Tensor, normalized: Tensor, scale: Tensor] {
  const [normalized, scale] = standardize(arithmetic, x, eps);
  return [arithmetic.mul(normalized, weight), normalized, scale];
}

function affine(
  arithmetic: Arithmetic,
  { x, weight, bias }: { x: Tensor; weight: Tensor; bias: Tensor },
  eps: number,
): [y: Tensor, normalized: Tensor, scale: Tensor] {
  const [y, normalized, scale] = scaled(arithmetic, { x, weight }, eps);
  return [arithmetic.add(y, bias), normalized, scale];
}

/** dx without a weight. */
const rowsGradient = defineKernel({
  name: 'TrainkitLayerNormGradient',
  composite: (inputs: Omit<Backward, 'weight'>) => [
    inputGradient(stock, inputs.dy, stock.mul(inputs.dy, inputs.normalized), inputs),
  ],
  tensorflow: (inputs) => {
    const arithmetic = native();
    return [inputGradient(arithmetic, inputs.dy, arithmetic.mul(inputs.dy, inputs.normalized), inputs)];
  },
  wasm: wasmLayerNorm.inputGradient,
  cpu: cpuLayerNorm.inputGradient,
  native: nativeLayerNorm.inputGradient,
});

/** dx, dw and db together, since they share most of their work. */
const affineGradients = defineKernel({
  name: 'TrainkitLayerNormAffineGradients',
  composite: (inputs: Backward) => gradients(stock, inputs),
  tensorflow: (inputs) => gradients(native(), inputs),
  wasm: wasmLayerNorm.gradients,
  cpu: cpuLayerNorm.gradients,
  native: nativeLayerNorm.gradients,
});
