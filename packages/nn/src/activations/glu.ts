import { mul, type Rank, split, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { checkNumber, expected } from '@trainkit/checks';
import { checkFloat32 } from '@trainkit/checks/tensor';
import { guardFields } from '@trainkit/kernels/capture';
import { Module } from '../module.js';
import { sigmoid } from './basic.kernel.js';
import { checkDim } from './dim.js';

/**
 * The gated linear unit a · σ(b), as `torch.nn.GLU`; a and b are the halves of the input along one
 * dimension. The output has half the size in that dimension.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { GLU } from '@trainkit/nn';
 *
 * console.log(new GLU().forward(tf.tensor2d([[6, 8, 0, 100]])).arraySync()); // → [ [ 3, 8 ] ]
 * ```
 */
export class GLU extends Module {
  readonly dim: number;

  /**
   * @param dim the dimension that is halved; negative counts from the end. Default −1, the last.
   */
  constructor(dim = -1) {
    super();
    checkNumber('GLU', 'dim', dim, { integer: true });
    this.dim = dim;
    guardFields(this, 'dim');
  }

  override forward<R extends Rank>(x: Tensor<R>): Tensor<R>;
  override forward(x: Tensor): Tensor {
    checkFloat32('GLU', 'x', x);
    const axis = checkDim('GLU', this.dim, x);
    if (x.shape[axis]! % 2 !== 0) {
      const expectation = `an even size in dimension ${axis}, to be halved`;
      throw new RangeError(expected('GLU', 'x', x, expectation));
    }
    return tidy(() => {
      const [a, b] = split(x, 2, axis);
      return mul(a!, sigmoid({ x: b! })[0]);
    });
  }
}
