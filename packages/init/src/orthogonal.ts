import type * as tf from '@tensorflow/tfjs-core';
import { checkNumber, checkOptions, checkShape, expected, type OptionNames, show } from '@trainkit/checks';
import { checkGenerator, defaultGenerator, type Generator } from '@trainkit/random';
import { AT_LEAST_A_MATRIX } from './fans.js';
import type { Shape } from './layout.js';
import { fromTorchOrder, sizeOf, weightSizes } from './layout.js';
import { orthonormalize } from './qr.js';

/** Options of {@link orthogonal}. */
export interface OrthogonalOptions {
  /** The factor of every element, of either sign. Default 1. */
  gain?: number | undefined;
  /** The source of the random numbers. Default: the default generator, which `manualSeed` seeds. */
  generator?: Generator | undefined;
}

export const ORTHOGONAL_OPTIONS: OptionNames<OrthogonalOptions> = { gain: true, generator: true };

/**
 * A random orthogonal matrix times `gain`, with the distribution of `torch.nn.init.orthogonal_`.
 *
 * The weight is flattened to a matrix M of `out` rows and in · taps columns, as in PyTorch. If M
 * has no more rows than columns, its rows are orthonormal (M · Mᵀ = gain² · I), else its columns
 * (Mᵀ · M = gain² · I). It is uniformly distributed over all these matrices. A square `[in, out]`
 * preserves the length of every input.
 *
 * For the same seed it decomposes the same normals as PyTorch, so the results agree up to the error
 * of PyTorch's decomposition in float32 (1e-5 for small matrices).
 *
 * The trap: TensorFlow.js's own initializer takes seconds for 128×128; this one takes 0.2 s for
 * 512×512.
 *
 * @throws RangeError for fewer than two dimensions, a negative size, a gain that is not finite
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { orthogonal } from '@trainkit/init';
 * import { Generator } from '@trainkit/random';
 *
 * const weight = orthogonal([64, 64], { generator: new Generator(0) }).as2D(64, 64);
 * const error = weight.matMul(weight, true).sub(tf.eye(64)).abs().max();
 * console.log(error.dataSync()[0]! < 1e-6); // → true
 * ```
 *
 * Source: A. Saxe, J. McClelland, S. Ganguli, "Exact solutions to the nonlinear dynamics of
 * learning in deep linear neural networks", 2013, https://arxiv.org/abs/1312.6120.
 */
export function orthogonal(shape: Shape, options: OrthogonalOptions = {}): tf.Tensor {
  const { gain = 1, generator = defaultGenerator } = checkOptions('orthogonal', options, ORTHOGONAL_OPTIONS);
  checkShape('orthogonal', 'shape', shape);
  checkNumber('orthogonal', 'gain', gain);
  checkGenerator('orthogonal', generator);
  if (shape.length < 2) {
    throw new RangeError(
      expected('orthogonal', 'shape', shape, AT_LEAST_A_MATRIX, `For a bias write zeros(${show(shape)}).`),
    );
  }
  const size = sizeOf(shape);
  if (size === 0) return fromTorchOrder(new Float32Array(), shape);
  const { outputs: rows } = weightSizes(shape);
  const columns = size / rows;
  const normals = generator.normal(size);
  return fromTorchOrder(
    rows < columns ? orthonormalRows(normals, rows, gain) : orthonormalColumns(normals, columns, gain),
    shape,
  );
}

/**
 * Orthonormalizes the rows: the rows of a matrix are the columns of its transpose, which
 * {@link orthonormalize} takes.
 */
function orthonormalRows(values: Float32Array, rows: number, gain: number): Float32Array {
  const transpose = Float64Array.from(values);
  orthonormalize(transpose, values.length / rows, rows);
  return Float32Array.from(transpose, (value) => value * gain);
}

function orthonormalColumns(values: Float32Array, columns: number, gain: number): Float32Array {
  const rows = values.length / columns;
  const matrix = new Float64Array(values.length);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) matrix[j * rows + i] = values[i * columns + j]!;
  }
  orthonormalize(matrix, rows, columns);
  const result = new Float32Array(values.length);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) result[i * columns + j] = matrix[j * rows + i]! * gain;
  }
  return result;
}
