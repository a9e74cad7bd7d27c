import { ones, type Rank, reshape, type Tensor, tidy, type Variable, zeros } from '@tensorflow/tfjs-core';
import { checkFlag, checkOptions, expected, isSize, type OptionNames, showShape } from '@trainkit/checks';
import { checkFloat32 } from '@trainkit/checks/tensor';
import { guardFields } from '@trainkit/kernels/capture';
import { Module } from '@trainkit/nn';
import { checkEps, checkParameter } from './checks.js';
import { normalizeEmptyBatch } from './empty-batch.kernel.js';
import { normalizeRows, normalizeRowsAffine, normalizeRowsScaled } from './layer-norm.kernel.js';

/** Options of {@link layerNorm}. */
export interface LayerNormFunctionOptions {
  /** The factors, of the shape `normalizedShape`, or null (the default) for none. */
  weight?: Tensor | null | undefined;
  /**
   * The numbers added at the end, of the shape `normalizedShape`, or null (the default) for none.
   */
  bias?: Tensor | null | undefined;
  /** The number added to the variance, default 1e-5. */
  eps?: number | undefined;
}

const FUNCTION_OPTIONS: OptionNames<LayerNormFunctionOptions> = { weight: true, bias: true, eps: true };

/**
 * Normalizes each example over its last dimensions, as `torch.nn.functional.layer_norm`.
 *
 * y = weight · (x − μ) / √(σ² + eps) + bias, with the mean μ and the (biased) variance σ² over the
 * last dimensions, whose sizes are `normalizedShape`. Training and evaluation are the same.
 *
 * @param x float32, `[…, ...normalizedShape]`
 * @param normalizedShape the sizes of the last dimensions; a number stands for the last dimension
 * @returns the shape of `x`
 * @throws RangeError for shapes that do not fit and an eps that is not positive; TypeError for
 *   anything that is not a float32 tensor
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { layerNorm } from '@trainkit/normalization';
 *
 * const x = tf.tensor2d([[1, 3], [-100, 100]]);
 * console.log(Array.from(layerNorm(x, 2).dataSync(), (y) => y.toFixed(3)).join(' ')); // → -1.000 1.000 -1.000 1.000
 * ```
 *
 * Source: J. L. Ba, J. R. Kiros, G. E. Hinton, "Layer Normalization", 2016, arXiv:1607.06450.
 */
export function layerNorm<R extends Rank>(
  x: Tensor<R>,
  normalizedShape: number | readonly number[],
  options?: LayerNormFunctionOptions,
): Tensor<R>;
export function layerNorm(
  x: Tensor,
  normalizedShape: number | readonly number[],
  options: LayerNormFunctionOptions = {},
): Tensor {
  const { weight = null, bias = null, eps = 1e-5 } = checkOptions('layerNorm', options, FUNCTION_OPTIONS);
  const sizes = checkSizes('layerNorm', normalizedShape);
  checkFloat32('layerNorm', 'x', x);
  const leading = x.rank - sizes.length;
  if (leading < 0 || sizes.some((size, i) => size !== x.shape[leading + i])) {
    const expectation = `the last dimensions ${showShape(sizes)}, which is normalizedShape`;
    const instead = `Over its last dimension alone, write new LayerNorm(${x.shape.at(-1) ?? 1}).`;
    throw new RangeError(expected('layerNorm', 'x', x, expectation, instead));
  }
  checkParameter('layerNorm', 'weight', weight, sizes, 'that of normalizedShape');
  checkParameter('layerNorm', 'bias', bias, sizes, 'that of normalizedShape');
  checkEps('layerNorm', eps);
  return tidy(() => {
    if (x.size === 0) {
      return normalizeEmptyBatch({ x, weight: weight ?? ones(sizes), bias: bias ?? zeros(sizes) })[0];
    }
    if (sizes.length === 1) return normalized(x, weight, bias, eps);
    const length = sizes.reduce((product, size) => product * size, 1);
    const flat = (parameter: Tensor | null) => parameter && reshape(parameter, [length]);
    const rows = reshape(x, [x.size / length, length]);
    return reshape(normalized(rows, flat(weight), flat(bias), eps), x.shape);
  });
}

function normalized(x: Tensor, weight: Tensor | null, bias: Tensor | null, eps: number): Tensor {
  if (bias !== null) {
    return normalizeRowsAffine({ x, weight: weight ?? ones(bias.shape), bias }, { eps })[0];
  }
  return weight === null ? normalizeRows({ x }, { eps })[0] : normalizeRowsScaled({ x, weight }, { eps })[0];
}

/** Options of {@link LayerNorm}. */
export interface LayerNormOptions {
  /** The number added to the variance, default 1e-5. */
  eps?: number | undefined;
  /**
   * True for parameters to learn, default true; without them `layer.weight` and `layer.bias` are
   * null.
   */
  elementwiseAffine?: boolean | undefined;
  /** True for a bias among the parameters, default true. */
  bias?: boolean | undefined;
}

export const LAYER_NORM_OPTIONS: OptionNames<LayerNormOptions> = {
  eps: true,
  elementwiseAffine: true,
  bias: true,
};

/**
 * Layer normalization: `torch.nn.LayerNorm`. See {@link layerNorm}.
 *
 * The trap: `tf.layers.layerNormalization` and Keras have eps 1e-3. Here it is 1e-5, as in PyTorch.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { LayerNorm } from '@trainkit/normalization';
 *
 * const layer = new LayerNorm(4, { bias: false });
 * console.log(Object.keys(layer.stateDict()).join(' ')); // → weight
 * console.log(layer.forward(tf.tensor2d([[1, 2, 3, 4]])).shape); // → [ 1, 4 ]
 * ```
 *
 * Source: J. L. Ba, J. R. Kiros, G. E. Hinton, "Layer Normalization", 2016, arXiv:1607.06450.
 */
export class LayerNorm extends Module {
  /** The sizes of the input's last dimensions. */
  readonly normalizedShape: readonly number[];
  /** The number added to the variance. */
  readonly eps: number;
  /** The factors, of the shape `normalizedShape`, initially 1; or null. */
  readonly weight: Variable | null;
  /** The shift, of the shape `normalizedShape`, initially 0; or null. */
  readonly bias: Variable | null;

  /**
   * @param normalizedShape the sizes of the input's last dimensions; a number stands for the last
   *   dimension
   */
  constructor(normalizedShape: number | readonly number[], options: LayerNormOptions = {}) {
    super();
    const {
      eps = 1e-5,
      elementwiseAffine = true,
      bias = true,
    } = checkOptions('LayerNorm', options, LAYER_NORM_OPTIONS);
    const sizes = checkSizes('LayerNorm', normalizedShape);
    checkEps('LayerNorm', eps);
    checkFlag('LayerNorm', 'elementwiseAffine', elementwiseAffine);
    checkFlag('LayerNorm', 'bias', bias);
    this.normalizedShape = sizes;
    this.eps = eps;
    guardFields(this, 'normalizedShape', 'eps');
    this.weight = elementwiseAffine ? this.parameter(ones(sizes), { decay: false }) : null;
    this.bias = elementwiseAffine && bias ? this.parameter(zeros(sizes), { decay: false }) : null;
  }

  /** Returns {@link layerNorm} of x. */
  override forward<R extends Rank>(x: Tensor<R>): Tensor<R> {
    const { normalizedShape, weight, bias, eps } = this;
    return layerNorm(x, normalizedShape, { weight, bias, eps });
  }
}

/** Converts the sizes to an array of whole numbers of at least 1. */
export function checkSizes(method: string, normalizedShape: number | readonly number[]): number[] {
  const sizes = typeof normalizedShape === 'number' ? [normalizedShape] : normalizedShape;
  if (Array.isArray(sizes) && sizes.length > 0 && sizes.every(isSize)) return [...sizes];
  const expectation = 'the size of the last dimension, or those of the last dimensions, of at least 1';
  const instead = 'Write for example 512 or [28, 28].';
  throw new RangeError(expected(method, 'normalizedShape', normalizedShape, expectation, instead));
}
