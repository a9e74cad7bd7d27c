import type * as tf from '@tensorflow/tfjs-core';
import {
  checkNumber,
  checkOptions,
  checkProbability,
  checkShape,
  expected,
  type OptionNames,
} from '@trainkit/checks';
import { checkGenerator, defaultGenerator, type Generator } from '@trainkit/random';
import type { Shape } from './layout.js';
import { fromTorchOrder, sizeOf } from './layout.js';

/** Options of {@link sparse}. */
export interface SparseOptions {
  /**
   * The fraction of each input's outgoing weights that are 0, from 0 to 1; rounded up to whole
   * weights.
   */
  sparsity: number;
  /** The standard deviation of the other weights, at least 0. Default 0.01. */
  std?: number | undefined;
  /** The source of the random numbers. Default: the default generator, which `manualSeed` seeds. */
  generator?: Generator | undefined;
}

export const SPARSE_OPTIONS: OptionNames<SparseOptions> = { sparsity: true, std: true, generator: true };

/**
 * A matrix `[in, out]` with a fraction of zeros in each row and the rest from N(0, std²), as
 * `torch.nn.init.sparse_`; for the same seed the numbers agree bit for bit.
 *
 * For each input, ceil(sparsity · out) of the `out` weights are 0. In PyTorch's `[out, in]` those
 * are the columns.
 *
 * The trap: as in PyTorch, the outgoing weights of an input are thinned out. The paper often means
 * the incoming weights of a unit; for those, transpose the result for the transposed shape.
 *
 * @throws RangeError unless the shape has two dimensions and sparsity is in [0, 1]
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { sparse } from '@trainkit/init';
 * import { Generator } from '@trainkit/random';
 *
 * const weight = sparse([2, 4], { sparsity: 0.5, generator: new Generator(0) });
 * const zeros = weight.equal(0).sum(1);
 * console.log(Array.from(zeros.dataSync())); // → [ 2, 2 ]
 * ```
 *
 * Source: J. Martens, "Deep learning via Hessian-free optimization", ICML 2010.
 */
export function sparse(shape: Shape, options: SparseOptions): tf.Tensor {
  const {
    sparsity,
    std = 0.01,
    generator = defaultGenerator,
  } = checkOptions('sparse', options, SPARSE_OPTIONS);
  checkShape('sparse', 'shape', shape);
  const [inputs, outputs] = shape;
  if (shape.length !== 2 || inputs === undefined || outputs === undefined) {
    throw new RangeError(expected('sparse', 'shape', shape, '2 dimensions, [in, out]'));
  }
  checkProbability('sparse', 'sparsity', sparsity, 'It is the fraction of zeros: write { sparsity: 0.9 }.');
  checkNumber('sparse', 'std', std, { min: 0 });
  checkGenerator('sparse', generator);
  const size = sizeOf(shape);
  const values = size === 0 ? new Float32Array() : generator.normal(size, 0, std);
  const zeros = Math.ceil(sparsity * outputs);
  for (let input = 0; input < inputs; input++) {
    for (const output of generator.permutation(outputs).subarray(0, zeros)) {
      values[output * inputs + input] = 0;
    }
  }
  return fromTorchOrder(values, shape);
}
