import * as tf from '@tensorflow/tfjs-core';

/** Options of the LayerNorms below. */
interface Options {
  eps?: number;
  elementwiseAffine?: boolean;
}

/** A right LayerNorm in stock operations, each step a method that a wrong one overrides. */
export class LayerNorm {
  readonly weight: tf.Variable | null;
  readonly bias: tf.Variable | null;
  readonly normalizedShape: number[];
  readonly eps: number;

  constructor(normalizedShape: number | number[], { eps = 1e-5, elementwiseAffine = true }: Options = {}) {
    this.normalizedShape = typeof normalizedShape === 'number' ? [normalizedShape] : normalizedShape;
    this.eps = eps;
    this.weight = elementwiseAffine ? tf.variable(tf.ones(this.normalizedShape)) : null;
    this.bias = elementwiseAffine ? tf.variable(tf.zeros(this.normalizedShape)) : null;
  }

  forward(x: tf.Tensor): tf.Tensor {
    return tf.tidy(() => {
      const { mean, variance } = tf.moments(x, this.axes(x), true);
      return this.affine(tf.div(this.centre(x, mean), this.denominator(this.variance(variance, x))));
    });
  }

  axes(_x: tf.Tensor): number[] {
    return this.normalizedShape.map((_, i) => -1 - i);
  }

  variance(variance: tf.Tensor, _x: tf.Tensor): tf.Tensor {
    return variance;
  }

  centre(x: tf.Tensor, mean: tf.Tensor): tf.Tensor {
    return tf.sub(x, mean);
  }

  denominator(variance: tf.Tensor): tf.Tensor {
    return tf.sqrt(tf.add(variance, this.eps));
  }

  affine(y: tf.Tensor): tf.Tensor {
    return this.weight && this.bias ? tf.add(tf.mul(y, this.weight), this.bias) : y;
  }
}

/** The same numbers by another way: a function with positional options, rows, matrix products, E[x²] − E[x]². */
export function functionalLayerNorm(
  normalized_shape: number | number[],
  eps = 1e-5,
  elementwise_affine = true,
) {
  const size = [normalized_shape].flat().reduce((product, length) => product * length, 1);
  const gamma = elementwise_affine ? tf.variable(tf.ones([size])) : null;
  const beta = elementwise_affine ? tf.variable(tf.zeros([size])) : null;
  const layer = (x: tf.Tensor): tf.Tensor => {
    const rows = tf.reshape(x, [-1, size]) as tf.Tensor2D;
    const average = tf.fill([size, 1], 1 / size) as tf.Tensor2D;
    const mean = tf.matMul(rows, average);
    const variance = tf.sub(tf.matMul(tf.square(rows), average), tf.square(mean));
    const y = tf.mul(tf.sub(rows, mean), tf.rsqrt(tf.add(variance, eps)));
    return tf.reshape(gamma && beta ? tf.add(tf.mul(y, gamma), beta) : y, x.shape);
  };
  return Object.assign(layer, { gamma, beta });
}
