import { reshape, type Tensor, tidy, type Variable } from '@tensorflow/tfjs-core';
import { kaimingUniform, uniform } from '@trainkit/init';
import { checkGenerator, defaultGenerator, type Generator, show } from '@trainkit/random';
import { checkOptions } from './check-options.js';
import { checkTensor } from './check-tensor.js';
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
export function linear(x: Tensor, weight: Tensor, bias: Tensor | null = null): Tensor {
  checkTensors(x, weight, bias);
  const [inFeatures = 0, outFeatures = 0] = weight.shape;
  return tidy(() => {
    const rows = x.rank === 2 ? x : reshape(x, [-1, inFeatures]);
    const result = bias === null ? product(rows, weight) : linearWithBias({ x: rows, weight, bias })[0];
    return x.rank === 2 ? result : reshape(result, [...x.shape.slice(0, -1), outFeatures]);
  });
}

/** How {@link Linear} starts. */
export interface LinearOptions {
  /** Whether there is a bias, default true; without one `layer.bias` is null. */
  bias?: boolean;
  /** Where the start is drawn from, default `defaultGenerator`, which `manualSeed` seeds. */
  generator?: Generator;
}

/**
 * A linear layer: `y = x · weight + bias`.
 *
 * `weight` has the shape `[in, out]` and starts from U(−1/√in, 1/√in), then `bias`, `[out]`, from the same. Both are
 * drawn in PyTorch's order (for its `[out, in]`, and transposed), so that a seed gives the numbers that
 * `torch.nn.Linear` gets, bit for bit.
 *
 * The trap: TensorFlow.js' `tf.layers.dense` starts otherwise (glorotUniform, biases 0).
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
    checkOptions('Linear', options);
    const { bias = true, generator = defaultGenerator } = options;
    checkFeatures('inFeatures', inFeatures);
    checkFeatures('outFeatures', outFeatures);
    checkGenerator('Linear', generator);
    if (typeof bias !== 'boolean') {
      throw new TypeError(`Linear: bias is true or false; received ${show(bias)}.`);
    }
    this.inFeatures = inFeatures;
    this.outFeatures = outFeatures;
    // As torch.nn.Linear: with a = √5 this is U(±1/√in), to PyTorch's last bit.
    this.weight = this.parameter(kaimingUniform([inFeatures, outFeatures], { a: Math.sqrt(5), generator }), {
      pytorchAxes: [1, 0],
    });
    const bound = 1 / Math.sqrt(inFeatures);
    this.bias = bias ? this.parameter(uniform([outFeatures], { low: -bound, high: bound, generator })) : null;
  }

  override forward(x: Tensor): Tensor {
    return linear(x, this.weight, this.bias);
  }
}

function checkFeatures(name: string, value: number): void {
  if (Number.isInteger(value) && value > 0) return;
  throw new RangeError(`Linear: ${name} is a whole number of at least 1; received ${show(value)}.`);
}

function checkTensors(x: Tensor, weight: Tensor, bias: Tensor | null): void {
  checkTensor('linear: x', x);
  checkTensor('linear: weight', weight);
  if (bias !== null) checkTensor('linear: bias', bias);
  const [inFeatures, outFeatures] = weight.shape;
  if (weight.rank !== 2) {
    throw new RangeError(`linear: weight has the shape [in, out]; received [${weight.shape.join(', ')}].`);
  }
  if (x.dtype !== 'float32') {
    throw new TypeError(`linear: x must be float32; received ${x.dtype}. Write x.cast('float32').`);
  }
  for (const [name, { dtype }] of [['weight', weight] as const, ['bias', bias ?? weight] as const]) {
    if (dtype !== 'float32') throw new TypeError(`linear: ${name} must be float32; received ${dtype}.`);
  }
  if (x.rank === 0 || x.shape.at(-1) !== inFeatures) {
    throw new RangeError(
      `linear: the last dimension of x must be ${inFeatures}, since weight is [${weight.shape.join(', ')}]; ` +
        `received x of shape [${x.shape.join(', ')}]. Images are flattened first: new Flatten().forward(x); ` +
        `a layer that takes this x is new Linear(${x.shape.at(-1) ?? 1}, ${outFeatures}).`,
    );
  }
  if (bias !== null && (bias.rank !== 1 || bias.shape[0] !== outFeatures)) {
    throw new RangeError(
      `linear: bias has the shape [out], here [${outFeatures}]; received [${bias.shape.join(', ')}].`,
    );
  }
}
