import { type Rank, reshape, type Tensor, tidy, type Variable } from '@tensorflow/tfjs-core';
import {
  checkFlag,
  checkInteger,
  checkOptions,
  expected,
  type OptionNames,
  showShape,
} from '@trainkit/checks';
import { checkFloat32, checkTensorShape } from '@trainkit/checks/tensor';
import { kaimingUniform, uniform } from '@trainkit/init';
import { checkGenerator, defaultGenerator, type Generator } from '@trainkit/random';
import { linearWithBias } from './linear.kernel.js';
import { product } from './mat-mul.kernel.js';
import { Module } from './module.js';

/**
 * x · weight + bias, over the last dimension of `x`.
 *
 * @param x shape `[…, in]`, of rank 1 or more
 * @param weight shape `[in, out]` (PyTorch's is `[out, in]`)
 * @param bias shape `[out]`, or null
 * @returns shape `[…, out]`
 */
export function linear<R extends Rank>(x: Tensor<R>, weight: Tensor, bias?: Tensor | null): Tensor<R>;
export function linear(x: Tensor, weight: Tensor, bias: Tensor | null = null): Tensor {
  checkTensors(x, weight, bias);
  const [inFeatures = 0, outFeatures = 0] = weight.shape;
  return tidy(() => {
    const rows = x.rank === 2 ? x : reshape(x, [-1, inFeatures]);
    const result = bias === null ? product(rows, weight) : linearWithBias({ x: rows, weight, bias })[0];
    return x.rank === 2 ? result : reshape(result, [...x.shape.slice(0, -1), outFeatures]);
  });
}

/** The options of {@link Linear}. */
export interface LinearOptions {
  /** True for a bias, default true; without one `layer.bias` is null. */
  bias?: boolean | undefined;
  /** The source of the initial values, default `defaultGenerator`, which `manualSeed` seeds. */
  generator?: Generator | undefined;
}

const LINEAR_OPTIONS: OptionNames<LinearOptions> = { bias: true, generator: true };

/**
 * A linear layer: `y = x · weight + bias`.
 *
 * `weight` has the shape `[in, out]` and is drawn from U(−1/√in, 1/√in), then `bias`, `[out]`,
 * from the same. Both are drawn in PyTorch's order (for its `[out, in]`, then transposed), so that
 * a seed gives the numbers of `torch.nn.Linear`, bit for bit.
 *
 * The trap: `tf.layers.dense` of TensorFlow.js has other initial values (glorotUniform, biases 0).
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { Linear } from '@trainkit/nn';
 * import { Generator } from '@trainkit/random';
 *
 * const layer = new Linear(3, 2, { generator: new Generator(0) });
 * console.log(layer.weight.shape, layer.bias?.shape); // → [ 3, 2 ] [ 2 ]
 * console.log(layer.forward(tf.ones([1, 3])).dataSync()); // → Float32Array(2) [ -0.18123117089271545, -0.034667909145355225 ]
 * ```
 */
export class Linear extends Module {
  readonly inFeatures: number;
  readonly outFeatures: number;
  /** `[inFeatures, outFeatures]` */
  readonly weight: Variable;
  /** `[outFeatures]`, or null */
  readonly bias: Variable | null;

  /**
   * @param inFeatures the size of the input's last dimension
   * @param outFeatures the size of the output's last dimension
   */
  constructor(inFeatures: number, outFeatures: number, options: LinearOptions = {}) {
    super();
    const { bias = true, generator = defaultGenerator } = checkOptions('Linear', options, LINEAR_OPTIONS);
    checkInteger('Linear', 'inFeatures', inFeatures, { min: 1 });
    checkInteger('Linear', 'outFeatures', outFeatures, { min: 1 });
    checkGenerator('Linear', generator);
    checkFlag('Linear', 'bias', bias);
    this.inFeatures = inFeatures;
    this.outFeatures = outFeatures;
    // As in torch.nn.Linear: with a = √5 this is U(±1/√in), to PyTorch's last bit.
    this.weight = this.parameter(kaimingUniform([inFeatures, outFeatures], { a: Math.sqrt(5), generator }), {
      pytorchAxes: [1, 0],
      // The decay is fixed here, since a layer called norm would be excluded by its name.
      decay: true,
    });
    const bound = 1 / Math.sqrt(inFeatures);
    const start = () => uniform([outFeatures], { low: -bound, high: bound, generator });
    this.bias = bias ? this.parameter(start(), { decay: false }) : null;
  }

  /** Returns {@link linear} of x. */
  override forward<R extends Rank>(x: Tensor<R>): Tensor<R> {
    return linear(x, this.weight, this.bias);
  }
}

function checkTensors(x: Tensor, weight: Tensor, bias: Tensor | null): void {
  checkFloat32('linear', 'x', x);
  checkFloat32('linear', 'weight', weight);
  if (weight.rank !== 2) throw new RangeError(expected('linear', 'weight', weight, 'the shape [in, out]'));
  const [inFeatures = 0, outFeatures = 0] = weight.shape;
  if (x.rank === 0 || x.shape.at(-1) !== inFeatures) {
    const expectation = `a last dimension of ${inFeatures}, since weight is ${showShape(weight.shape)}`;
    const instead =
      'Flatten images first: new Flatten().forward(x); ' +
      `a layer that takes this x is new Linear(${x.shape.at(-1) ?? 1}, ${outFeatures}).`;
    throw new RangeError(expected('linear', 'x', x, expectation, instead));
  }
  if (bias === null) return;
  checkFloat32('linear', 'bias', bias);
  checkTensorShape('linear', 'bias', bias, [outFeatures], 'one number for each output');
}
