import type { Rank, Tensor } from '@tensorflow/tfjs-core';
import { checkNumber, checkOptions, type OptionNames } from '@trainkit/checks';
import { checkFloat32 } from '@trainkit/checks/tensor';
import { guardFields } from '@trainkit/kernels/capture';
import { Module } from '../module.js';
import { elu } from './elu.kernel.js';

/** Options of {@link ELU}. */
export interface ELUOptions {
  /** The negative of the output for −Infinity. Default 1. */
  alpha?: number | undefined;
}

const ELU_OPTIONS: OptionNames<ELUOptions> = { alpha: true };

/**
 * x where x > 0, else `alpha` · (exp(x) − 1), element by element, as `torch.nn.ELU`.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { ELU } from '@trainkit/nn';
 *
 * console.log(new ELU({ alpha: 2 }).forward(tf.tensor1d([-100, 0, 3])).dataSync()); // → Float32Array(3) [ -2, 0, 3 ]
 * ```
 */
export class ELU extends Module {
  readonly alpha: number;

  constructor(options: ELUOptions = {}) {
    super();
    const { alpha = 1 } = checkOptions('ELU', options, ELU_OPTIONS);
    checkNumber('ELU', 'alpha', alpha);
    this.alpha = alpha;
    guardFields(this, 'alpha');
  }

  override forward<R extends Rank>(x: Tensor<R>): Tensor<R>;
  override forward(x: Tensor): Tensor {
    checkFloat32('ELU', 'x', x);
    return elu({ x }, { alpha: this.alpha, scale: 1 })[0];
  }
}

/** The values of Klambauer et al., which preserve mean 0 and variance 1 from layer to layer. */
const SELF_NORMALIZING = { alpha: 1.6732632423543772, scale: 1.0507009873554805 };

/**
 * 1.0507 · x where x > 0, else 1.0507 · 1.6733 · (exp(x) − 1), element by element, as
 * `torch.nn.SELU`. It preserves mean 0 and variance 1 through layers whose weights have variance
 * 1/in.
 *
 * Klambauer et al., Self-Normalizing Neural Networks, 2017.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { SELU } from '@trainkit/nn';
 *
 * const y = new SELU().forward(tf.tensor1d([-100, 0, 1]));
 * console.log([...y.dataSync()].map((value) => value.toFixed(4)).join(' ')); // → -1.7581 0.0000 1.0507
 * ```
 */
export class SELU extends Module {
  override forward<R extends Rank>(x: Tensor<R>): Tensor<R>;
  override forward(x: Tensor): Tensor {
    checkFloat32('SELU', 'x', x);
    return elu({ x }, SELF_NORMALIZING)[0];
  }
}
