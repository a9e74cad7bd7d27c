import { reshape, type Tensor, util } from '@tensorflow/tfjs-core';
import { show } from '@trainkit/random';
import { checkTensor } from './check-tensor.js';
import { Module } from './module.js';

/**
 * Makes one dimension of all from `startDim` on: `[N, 28, 28]` becomes `[N, 784]`.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { Flatten } from '@trainkit/nn';
 *
 * console.log(new Flatten().forward(tf.zeros([2, 28, 28])).shape); // → [ 2, 784 ]
 * ```
 */
export class Flatten extends Module {
  readonly startDim: number;

  /** @param startDim the first of the dimensions that are made one; negative counts from the end. Default 1. */
  constructor(startDim = 1) {
    super();
    if (!Number.isInteger(startDim)) {
      throw new RangeError(
        `Flatten: startDim is a whole number, the index of a dimension; received ${show(startDim)}.`,
      );
    }
    this.startDim = startDim;
  }

  override forward(x: Tensor): Tensor {
    checkTensor('Flatten: x', x);
    const start = this.startDim < 0 ? this.startDim + x.rank : this.startDim;
    if (start < 0 || start >= Math.max(x.rank, 1)) {
      throw new RangeError(
        `Flatten: startDim ${this.startDim} is not a dimension of an input of shape [${x.shape.join(', ')}]. ` +
          'A batch of one? Add its dimension: x.expandDims(0).',
      );
    }
    return reshape(x, [...x.shape.slice(0, start), util.sizeFromShape(x.shape.slice(start))]);
  }
}
