import * as tf from '@tensorflow/tfjs';

/** What a LayerNorm can be told. */
export interface LayerNormOptions {
  /** Added to the variance, default 1e-5. */
  eps?: number;
  /** Whether there are a weight and a bias for each element, default true. */
  elementwiseAffine?: boolean;
}

/**
 * Section 3: layer normalization.
 *
 * Each sample is brought to mean 0 and variance 1 over its features, whatever else is in the batch: no running
 * statistics, and no difference between training and evaluation.
 *
 * The same as `torch.nn.LayerNorm`, whose documentation has the formula.
 */
export class LayerNorm {
  /** The sizes of the last dimensions, which are normalized together. */
  readonly normalizedShape: readonly number[];
  readonly eps: number;
  /** Shape `normalizedShape`; null without `elementwiseAffine`. */
  readonly weight: tf.Variable | null;
  /** Shape `normalizedShape`; null without `elementwiseAffine`. */
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
    // TODO: normalize x over its last dimensions, as many as normalizedShape has; then weight and bias, if any.
    // HINT: tf.moments(x, axes, true) takes several axes, counted from the end where negative, and keeps them, so that
    // its results fit x. Inside of tf.tidy(() => …) what is only needed on the way is freed.
    throw new Error(`TODO: normalize [${x.shape.join(', ')}] over the last dimensions`);
  }
}
