import { type Rank, reshape, type Tensor, tidy, transpose } from '@tensorflow/tfjs-core';
import { checkNumber } from '@trainkit/checks';
import { checkFloat32 } from '@trainkit/checks/tensor';
import { guardFields } from '@trainkit/kernels/capture';
import { Module } from '../module.js';
import { checkDim } from './dim.js';
import { logSoftmax } from './log-softmax.kernel.js';
import { softmax } from './softmax.kernel.js';

/**
 * exp(x) / Σ exp(x) along one dimension, as `torch.nn.Softmax`: probabilities that sum to 1.
 *
 * It is stable for inputs of any size. The trap: `crossEntropy` takes raw scores; a model with a
 * softmax before it trains wrongly.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { Softmax } from '@trainkit/nn';
 *
 * console.log(new Softmax().forward(tf.tensor2d([[7, 7], [0, 1000]])).arraySync()); // → [ [ 0.5, 0.5 ], [ 0, 1 ] ]
 * ```
 */
export class Softmax extends Module {
  readonly dim: number;

  /**
   * @param dim the dimension along which the outputs sum to 1; negative counts from the end.
   *   Default −1, the last.
   */
  constructor(dim = -1) {
    super();
    checkNumber('Softmax', 'dim', dim, { integer: true });
    this.dim = dim;
    guardFields(this, 'dim');
  }

  override forward<R extends Rank>(x: Tensor<R>): Tensor<R>;
  override forward(x: Tensor): Tensor {
    checkFloat32('Softmax', 'x', x);
    return alongDim('Softmax', x, this.dim, (rows) => softmax({ x: rows })[0]);
  }
}

/**
 * x − log Σ exp(x) along one dimension, as `torch.nn.LogSoftmax`: the logarithm of
 * {@link Softmax}, exact even where softmax rounds to 0. `nllLoss` and `klDiv` take its output.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { LogSoftmax } from '@trainkit/nn';
 *
 * console.log(new LogSoftmax().forward(tf.tensor2d([[0, 1000]])).arraySync()); // → [ [ -1000, 0 ] ]
 * ```
 */
export class LogSoftmax extends Module {
  readonly dim: number;

  /**
   * @param dim the dimension that is normalized; negative counts from the end. Default −1, the
   *   last.
   */
  constructor(dim = -1) {
    super();
    checkNumber('LogSoftmax', 'dim', dim, { integer: true });
    this.dim = dim;
    guardFields(this, 'dim');
  }

  override forward<R extends Rank>(x: Tensor<R>): Tensor<R>;
  override forward(x: Tensor): Tensor {
    checkFloat32('LogSoftmax', 'x', x);
    return alongDim('LogSoftmax', x, this.dim, (rows) => logSoftmax({ x: rows })[0]);
  }
}

/** Applies a function of a matrix's rows along a dimension of any tensor. */
function alongDim(where: string, x: Tensor, dim: number, ofRows: (rows: Tensor) => Tensor): Tensor {
  const axis = checkDim(where, dim, x);
  return tidy(() => {
    // TensorFlow's op refuses empty tensors.
    if (x.size === 0) return reshape(x, x.shape);
    const last = x.rank - 1;
    const order = x.shape.map((_, i) => (i === axis ? last : i === last ? axis : i));
    const turned = axis === last ? x : transpose(x, order);
    const result = reshape(ofRows(reshape(turned, [-1, x.shape[axis]!])), turned.shape);
    return axis === last ? result : transpose(result, order);
  });
}
