import type { Rank, Tensor } from '@tensorflow/tfjs-core';
import { checkOneOf, checkOptions, type OptionNames } from '@trainkit/checks';
import { checkFloat32 } from '@trainkit/checks/tensor';
import { guardFields } from '@trainkit/kernels/capture';
import { Module } from '../module.js';
import { gelu, geluTanh } from './gelu.kernel.js';

/** Options of {@link GELU}. */
export interface GELUOptions {
  /**
   * `none` for the exact function; `tanh` for the approximation that GPT-2 was trained with.
   * Default `none`.
   */
  approximate?: 'none' | 'tanh' | undefined;
}

const GELU_OPTIONS: OptionNames<GELUOptions> = { approximate: true };

/**
 * x · Φ(x), element by element, as `torch.nn.GELU`; Φ is the distribution function of the standard
 * normal distribution. With `approximate: 'tanh'` it is x/2 · (1 + tanh(√(2/π) · (x + 0.044715
 * x³))), which differs by up to 5e-4.
 *
 * For Infinity the exact form gives Infinity, PyTorch 2.15 NaN; the gradient is NaN in both.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { GELU } from '@trainkit/nn';
 *
 * const x = tf.tensor1d([-1, 0, 1]);
 * console.log([...new GELU().forward(x).dataSync()].map((y) => y.toFixed(4)).join(' ')); // → -0.1587 0.0000 0.8413
 * const approximate = new GELU({ approximate: 'tanh' });
 * console.log([...approximate.forward(x).dataSync()].map((y) => y.toFixed(4)).join(' ')); // → -0.1588 0.0000 0.8412
 * ```
 */
export class GELU extends Module {
  readonly approximate: 'none' | 'tanh';

  constructor(options: GELUOptions = {}) {
    super();
    const { approximate = 'none' } = checkOptions('GELU', options, GELU_OPTIONS);
    checkOneOf('GELU', 'approximate', approximate, ['none', 'tanh']);
    this.approximate = approximate;
    guardFields(this, 'approximate');
  }

  override forward<R extends Rank>(x: Tensor<R>): Tensor<R>;
  override forward(x: Tensor): Tensor {
    checkFloat32('GELU', 'x', x);
    return (this.approximate === 'tanh' ? geluTanh : gelu)({ x })[0];
  }
}
