import { clone, mul, type Rank, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { checkFlag, checkOptions, type OptionNames } from '@trainkit/checks';
import { checkFloat32 } from '@trainkit/checks/tensor';
import { guard, guardFields, preventCapture } from '@trainkit/kernels/capture';
import { Module } from '@trainkit/nn';
import { checkGenerator, defaultGenerator, type Generator } from '@trainkit/random';
import { applyMask } from './dropout.kernel.js';
import { checkDropped, dropoutMask } from './mask.js';

/** The options of {@link dropout}. */
export interface DropoutCallOptions {
  /**
   * True to drop elements, default true; false is evaluation, which changes nothing and draws
   * nothing.
   */
  training?: boolean | undefined;
  /** The source of the mask, default `defaultGenerator`, which `manualSeed` seeds. It advances. */
  generator?: Generator | undefined;
}

const CALL_OPTIONS: OptionNames<DropoutCallOptions> = { training: true, generator: true };

/**
 * Inverted dropout: y = x · m / (1 − p), where each m is 0 with probability p and 1 otherwise.
 *
 * The expectation of y is x, so that evaluation is the identity. The gradient uses the same mask.
 * For the same seed, masks and y equal those of `torch.nn.functional.dropout` on the CPU, bit for
 * bit, on every backend. Each element takes two draws of 32 bits; evaluation, p = 0, p = 1 and an
 * empty x draw nothing.
 *
 * The result is always a new tensor, in evaluation too, so that a caller may dispose of it in
 * either mode. A dropped element is x · 0, as in PyTorch: NaN if x is NaN or infinite.
 *
 * The traps: `tf.dropout` with a seed drops the same elements in every call; here a generator
 * advances. `p` is the probability of dropping; the `keepProb` of old TensorFlow is 1 − p.
 *
 * @param x float32, of any shape
 * @param p the probability of dropping an element, from 0 to 1
 * @returns a tensor of x's shape
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { dropout } from '@trainkit/dropout';
 * import { Generator } from '@trainkit/random';
 *
 * const generator = new Generator(0);
 * const x = tf.tensor1d([1, 2, 3, 4]);
 * console.log(dropout(x, 0.5, { generator }).dataSync()); // → Float32Array(4) [ 0, 0, 6, 0 ]
 * console.log(dropout(x, 0.5, { generator }).dataSync()); // → Float32Array(4) [ 0, 0, 6, 8 ]
 * console.log(dropout(x, 0.5, { training: false }).dataSync()); // → Float32Array(4) [ 1, 2, 3, 4 ]
 * ```
 *
 * Source: N. Srivastava et al., "Dropout: A Simple Way to Prevent Neural Networks from
 * Overfitting", JMLR 15, 2014.
 */
export function dropout<R extends Rank>(x: Tensor<R>, p?: number, options?: DropoutCallOptions): Tensor<R>;
export function dropout(x: Tensor, p = 0.5, options: DropoutCallOptions = {}): Tensor {
  const { training = true, generator = defaultGenerator } = checkOptions('dropout', options, CALL_OPTIONS);
  checkFloat32('dropout', 'x', x);
  checkDropped('dropout', p);
  checkFlag('dropout', 'training', training);
  checkGenerator('dropout', generator);
  if (!training || p === 0 || x.size === 0) return clone(x);
  if (p === 1) return mul(x, 0);
  return tidy(() => applyMask({ x, mask: dropoutMask(x.shape, p, { generator }) })[0]);
}

/** The options of {@link Dropout}. */
export interface DropoutOptions {
  /** The source of the masks, default `defaultGenerator`, which `manualSeed` seeds. It advances. */
  generator?: Generator | undefined;
}

const DROPOUT_OPTIONS: OptionNames<DropoutOptions> = { generator: true };

/**
 * A layer that drops elements in training and is the identity in evaluation: {@link dropout}, as
 * `torch.nn.Dropout`.
 *
 * Every call draws a new mask. `model.train()` and `model.eval()` set its mode together with the
 * module tree; the initial mode is training. Evaluation draws nothing, so it changes no later mask.
 *
 * As in PyTorch, the generator's state is not part of `stateDict`: to resume a run exactly, save
 * `generator.stateDict()` beside it.
 *
 * The trap: `tf.layers.dropout` ignores a rate of 1. Here p = 1 gives zeros.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { Dropout } from '@trainkit/dropout';
 * import { Linear, Sequential } from '@trainkit/nn';
 * import { manualSeed } from '@trainkit/random';
 *
 * manualSeed(0);
 * const model = new Sequential(new Linear(4, 8), new Dropout(0.5), new Linear(8, 1));
 * const x = tf.ones([1, 4]);
 * console.log(model.forward(x).dataSync()[0]?.toFixed(4), model.forward(x).dataSync()[0]?.toFixed(4)); // → -0.1410 0.0071
 * model.eval();
 * console.log(model.forward(x).dataSync()[0]?.toFixed(4), model.forward(x).dataSync()[0]?.toFixed(4)); // → 0.1649 0.1649
 * ```
 */
export class Dropout extends Module {
  #p: number;
  /** The source of the masks. */
  readonly generator: Generator;

  /** @param p the probability of dropping an element, from 0 to 1. Default 0.5. */
  constructor(p = 0.5, options: DropoutOptions = {}) {
    super();
    const { generator = defaultGenerator } = checkOptions('Dropout', options, DROPOUT_OPTIONS);
    checkDropped('Dropout', p);
    checkGenerator('Dropout', generator);
    this.#p = p;
    this.generator = generator;
    guardFields(this, 'generator');
  }

  /** The probability of dropping an element; it may be changed during training. */
  get p(): number {
    // A recorded step depends on the options of its layers.
    return guard(() => this.#p);
  }

  set p(p: number) {
    preventCapture('it sets p of a Dropout; set it between calls');
    this.#p = p;
  }

  override forward<R extends Rank>(x: Tensor<R>): Tensor<R> {
    return dropout(x, this.p, { training: this.training, generator: this.generator });
  }
}
