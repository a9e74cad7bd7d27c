import { fill, type Rank, reshape, type Tensor, tidy, type Variable } from '@tensorflow/tfjs-core';
import { checkInteger, checkNumber, checkOptions, expected, type OptionNames } from '@trainkit/checks';
import { checkFloat32 } from '@trainkit/checks/tensor';
import { guardFields } from '@trainkit/kernels/capture';
import { Module } from '../module.js';
import { leakyRelu, prelu } from './leaky-relu.kernel.js';

/** Options of {@link LeakyReLU}. */
export interface LeakyReLUOptions {
  /** The slope below 0. Default 0.01. */
  negativeSlope?: number | undefined;
}

const LEAKY_RELU_OPTIONS: OptionNames<LeakyReLUOptions> = { negativeSlope: true };

/**
 * x where x > 0, else `negativeSlope` · x, element by element, as `torch.nn.LeakyReLU`.
 *
 * The trap: the slope of `tf.leakyRelu` is 0.2 by default, that of `tf.layers.leakyReLU` 0.3.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { LeakyReLU } from '@trainkit/nn';
 *
 * const layer = new LeakyReLU({ negativeSlope: 0.5 });
 * console.log(layer.forward(tf.tensor1d([-2, 0, 3])).dataSync()); // → Float32Array(3) [ -1, 0, 3 ]
 * ```
 */
export class LeakyReLU extends Module {
  readonly negativeSlope: number;

  constructor(options: LeakyReLUOptions = {}) {
    super();
    const { negativeSlope = 0.01 } = checkOptions('LeakyReLU', options, LEAKY_RELU_OPTIONS);
    checkNumber('LeakyReLU', 'negativeSlope', negativeSlope);
    this.negativeSlope = negativeSlope;
    guardFields(this, 'negativeSlope');
  }

  override forward<R extends Rank>(x: Tensor<R>): Tensor<R>;
  override forward(x: Tensor): Tensor {
    checkFloat32('LeakyReLU', 'x', x);
    return leakyRelu({ x }, { a: this.negativeSlope })[0];
  }
}

/** Options of {@link PReLU}. */
export interface PReLUOptions {
  /** 1, or the number of channels: the size of the input's last dimension. Default 1. */
  numParameters?: number | undefined;
  /** The initial slope. Default 0.25. */
  init?: number | undefined;
}

const PRELU_OPTIONS: OptionNames<PReLUOptions> = { numParameters: true, init: true };

/**
 * x where x > 0, else `weight` · x, as `torch.nn.PReLU`. The slope is learned, one for all elements
 * or one for each channel. Channels are the last dimension, as everywhere in TensorFlow.js;
 * PyTorch's are the second.
 *
 * The trap: weight decay pulls the slopes to 0, which makes it a ReLU. PyTorch advises against it.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { PReLU } from '@trainkit/nn';
 *
 * const layer = new PReLU({ numParameters: 2 });
 * console.log(layer.weight.shape, layer.forward(tf.tensor2d([[-4, 3]])).dataSync()); // → [ 2 ] Float32Array(2) [ -1, 3 ]
 * ```
 */
export class PReLU extends Module {
  readonly numParameters: number;
  /** `[numParameters]` */
  readonly weight: Variable;

  constructor(options: PReLUOptions = {}) {
    super();
    const { numParameters = 1, init = 0.25 } = checkOptions('PReLU', options, PRELU_OPTIONS);
    checkInteger('PReLU', 'numParameters', numParameters, { min: 1 });
    checkNumber('PReLU', 'init', init);
    this.numParameters = numParameters;
    this.weight = this.parameter(fill([numParameters], init));
  }

  override forward<R extends Rank>(x: Tensor<R>): Tensor<R>;
  override forward(x: Tensor): Tensor {
    checkFloat32('PReLU', 'x', x);
    checkFloat32('PReLU', 'weight', this.weight);
    const { numParameters, weight } = this;
    if (numParameters > 1 && x.shape.at(-1) !== numParameters) {
      const expectation = `a last dimension of ${numParameters}, the channels`;
      const instead = `For this x write new PReLU({ numParameters: ${x.shape.at(-1) ?? 1} }).`;
      throw new RangeError(expected('PReLU', 'x', x, expectation, instead));
    }
    return tidy(() => reshape(prelu({ x: reshape(x, [-1, numParameters]), weight })[0], x.shape));
  }
}
