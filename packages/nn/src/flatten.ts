import { reshape, type Tensor, util } from '@tensorflow/tfjs-core';
import { checkNumber, expected, showShape } from '@trainkit/checks';
import { checkTensor } from '@trainkit/checks/tensor';
import { guardFields } from '@trainkit/kernels/capture';
import { Module } from './module.js';

/**
 * Flattens all dimensions from `startDim` on into one: `[N, 28, 28]` becomes `[N, 784]`.
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

  /** @param startDim the first dimension to flatten; negative counts from the end. Default 1. */
  constructor(startDim = 1) {
    super();
    checkNumber('Flatten', 'startDim', startDim, { integer: true });
    this.startDim = startDim;
    guardFields(this, 'startDim');
  }

  override forward(x: Tensor): Tensor {
    checkTensor('Flatten', 'x', x);
    const start = this.startDim < 0 ? this.startDim + x.rank : this.startDim;
    if (start < 0 || start >= Math.max(x.rank, 1)) {
      const expectation = `a dimension of x, whose shape is ${showShape(x.shape)}`;
      const instead = 'A batch of one example is x.expandDims(0).';
      throw new RangeError(expected('Flatten', 'startDim', this.startDim, expectation, instead));
    }
    return reshape(x, [...x.shape.slice(0, start), util.sizeFromShape(x.shape.slice(start))]);
  }
}
