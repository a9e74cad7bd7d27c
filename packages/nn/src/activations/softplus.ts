import type { Rank, Tensor } from '@tensorflow/tfjs-core';
import { checkNumber, checkOptions, type OptionNames } from '@trainkit/checks';
import { checkFloat32 } from '@trainkit/checks/tensor';
import { guardFields } from '@trainkit/kernels/capture';
import { Module } from '../module.js';
import { softplus } from './softplus.kernel.js';

/** Options of {@link Softplus}. */
export interface SoftplusOptions {
  /** The sharpness, above 0: the larger, the closer to a ReLU. Default 1. */
  beta?: number | undefined;
  /** The value of beta · x above which the output is x. Default 20. */
  threshold?: number | undefined;
}

const SOFTPLUS_OPTIONS: OptionNames<SoftplusOptions> = { beta: true, threshold: true };

/**
 * log(1 + exp(`beta` · x)) / `beta`, element by element, as `torch.nn.Softplus`: a smooth ReLU with
 * positive outputs.
 *
 * It is stable: with a large `threshold` it stays finite for large x, where PyTorch's is infinite.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { Softplus } from '@trainkit/nn';
 *
 * const y = new Softplus().forward(tf.tensor1d([-10, 0, 30]));
 * console.log([...y.dataSync()].map((value) => value.toPrecision(4)).join(' ')); // → 0.00004540 0.6931 30.00
 * ```
 */
export class Softplus extends Module {
  readonly beta: number;
  readonly threshold: number;

  constructor(options: SoftplusOptions = {}) {
    super();
    const { beta = 1, threshold = 20 } = checkOptions('Softplus', options, SOFTPLUS_OPTIONS);
    checkNumber('Softplus', 'beta', beta, { above: 0 });
    checkNumber('Softplus', 'threshold', threshold);
    this.beta = beta;
    this.threshold = threshold;
    guardFields(this, 'beta', 'threshold');
  }

  override forward<R extends Rank>(x: Tensor<R>): Tensor<R>;
  override forward(x: Tensor): Tensor {
    checkFloat32('Softplus', 'x', x);
    return softplus({ x }, { beta: this.beta, threshold: this.threshold })[0];
  }
}
