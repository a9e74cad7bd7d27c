import type { Rank, Tensor } from '@tensorflow/tfjs-core';
import { checkFloat32 } from '@trainkit/checks/tensor';
import { Module } from '../module.js';
import { hardswish } from './hardswish.kernel.js';
import { mish, silu } from './swish.kernel.js';

/**
 * x · σ(x), element by element, as `torch.nn.SiLU`; σ is the sigmoid. It is also known as swish.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { SiLU } from '@trainkit/nn';
 *
 * const y = new SiLU().forward(tf.tensor1d([-1, 0, 1]));
 * console.log([...y.dataSync()].map((value) => value.toFixed(4)).join(' ')); // → -0.2689 0.0000 0.7311
 * ```
 */
export class SiLU extends Module {
  override forward<R extends Rank>(x: Tensor<R>): Tensor<R>;
  override forward(x: Tensor): Tensor {
    checkFloat32('SiLU', 'x', x);
    return silu({ x })[0];
  }
}

/**
 * x · tanh(log(1 + exp(x))), element by element, as `torch.nn.Mish`.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { Mish } from '@trainkit/nn';
 *
 * const y = new Mish().forward(tf.tensor1d([-1, 0, 1]));
 * console.log([...y.dataSync()].map((value) => value.toFixed(4)).join(' ')); // → -0.3034 0.0000 0.8651
 * ```
 */
export class Mish extends Module {
  override forward<R extends Rank>(x: Tensor<R>): Tensor<R>;
  override forward(x: Tensor): Tensor {
    checkFloat32('Mish', 'x', x);
    return mish({ x })[0];
  }
}

/**
 * x · min(max(x + 3, 0), 6) / 6, element by element, as `torch.nn.Hardswish`: a piecewise
 * approximation of {@link SiLU}, without an exponential.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { Hardswish } from '@trainkit/nn';
 *
 * console.log(new Hardswish().forward(tf.tensor1d([-1.5, 0, 4])).dataSync()); // → Float32Array(3) [ -0.375, 0, 4 ]
 * ```
 */
export class Hardswish extends Module {
  override forward<R extends Rank>(x: Tensor<R>): Tensor<R>;
  override forward(x: Tensor): Tensor {
    checkFloat32('Hardswish', 'x', x);
    return hardswish({ x })[0];
  }
}
