import * as tf from '@tensorflow/tfjs-core';

/**
 * A shape in TensorFlow.js's order: `[in, out]` for a dense weight, `[height, width, in, out]`
 * for a kernel.
 */
export type Shape = readonly number[];

/**
 * The width of the strips in which a matrix is transposed: the cache lines of a strip fit the
 * first-level cache.
 */
const TILE = 16;

/**
 * A tensor of TensorFlow.js's `shape`, `[…kernel, in, out]`, from values in PyTorch's order,
 * `[out, in, …kernel]`.
 *
 * So one seed gives a weight the same numbers in both libraries. Below two dimensions (biases,
 * scales) the orders are the same.
 */
export function fromTorchOrder(values: Float32Array, shape: Shape): tf.Tensor {
  if (shape.length < 2) return tf.tensor(values, [...shape], 'float32');
  const { inputs, outputs, taps } = weightSizes(shape);
  const inner = inputs * taps;
  const rows = Int32Array.from({ length: inner }, (_, c) => (c % taps) * inputs + Math.floor(c / taps));
  const moved = new Float32Array(values.length);
  for (let start = 0; start < inner; start += TILE) {
    const end = Math.min(start + TILE, inner);
    for (let output = 0; output < outputs; output++) {
      const from = output * inner;
      for (let c = start; c < end; c++) moved[rows[c]! * outputs + output] = values[from + c]!;
    }
  }
  return tf.tensor(moved, [...shape], 'float32');
}

/**
 * The parts of a weight's shape: inputs, outputs and the taps of its kernel (height × width; 1 for
 * `[in, out]`).
 */
export function weightSizes(shape: Shape): { inputs: number; outputs: number; taps: number } {
  const [inputs = 1, outputs = 1] = shape.slice(-2);
  return { inputs, outputs, taps: sizeOf(shape.slice(0, -2)) };
}

/** The number of elements of a shape. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1);
}
