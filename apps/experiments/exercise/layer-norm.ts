import * as tf from '@tensorflow/tfjs';

/** The options of a LayerNorm. */
export interface LayerNormOptions {
  /** Added to the variance, default 1e-5. */
  eps?: number;
  /** True for a learned weight and bias of each element, default true. */
  elementwiseAffine?: boolean;
}

/**
 * Section 3: layer normalization.
 *
 * Normalizes each sample to mean 0 and variance 1 over its features. The other samples of the batch
 * have no influence, so there are no running statistics, and training and evaluation are equal.
 *
 * The same as `torch.nn.LayerNorm`, whose documentation has the formula.
 */
export class LayerNorm {
  /** The sizes of the last dimensions, which are normalized together. */
  readonly normalizedShape: readonly number[];
  readonly eps: number;
  /** The factor of normalized inputs, shape `normalizedShape`; null without `elementwiseAffine`. */
  readonly weight: tf.Variable | null;
  /** The summand after the factor, shape `normalizedShape`; null without `elementwiseAffine`. */
  readonly bias: tf.Variable | null;

  constructor(
    normalizedShape: number | readonly number[],
    { eps = 1e-5, elementwiseAffine = true }: LayerNormOptions = {},
  ) {
    this.normalizedShape = typeof normalizedShape === 'number' ? [normalizedShape] : normalizedShape;
    this.eps = eps;
    this.weight = elementwiseAffine ? tf.variable(tf.ones([...this.normalizedShape])) : null;
    this.bias = elementwiseAffine ? tf.variable(tf.zeros([...this.normalizedShape])) : null;
  }

  /** The output for `x`, whose shape ends with `normalizedShape`. */
  forward(x: tf.Tensor): tf.Tensor {
    // TODO: normalize x over its last normalizedShape.length dimensions, then apply weight and
    // bias, if any.
    // HINT: tf.moments(x, axes, true) takes several axes, negative ones from the end, and keeps
    // them, so that its results broadcast with x. tf.tidy(() => …) frees intermediate tensors.
    throw new Error(`TODO: normalize [${x.shape.join(', ')}] over the last dimensions`);
  }
}
