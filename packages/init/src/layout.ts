import * as tf from '@tensorflow/tfjs-core';
import type { Shape } from './checks.js';

/**
 * A tensor of TensorFlow.js's `shape`, `[…kernel, in, out]`, from values in PyTorch's order, `[out, in, …kernel]`.
 *
 * One seed thus gives a weight the same numbers in both, each in its place. Below two dimensions (biases,
 * scales) the orders are the same.
 */
export function fromTorchOrder(values: Float32Array, shape: Shape): tf.Tensor {
  if (shape.length < 2) return tf.tensor(values, [...shape], 'float32');
  const { inputs, outputs, taps } = weightSizes(shape);
  const moved = new Float32Array(values.length);
  let to = 0;
  for (let tap = 0; tap < taps; tap++) {
    for (let input = 0; input < inputs; input++) {
      let from = input * taps + tap;
      for (let output = 0; output < outputs; output++, to++) {
        moved[to] = values[from]!;
        from += inputs * taps;
      }
    }
  }
  return tf.tensor(moved, [...shape], 'float32');
}

/** The parts of a weight's shape: inputs, outputs and the taps of its kernel (height × width; 1 for `[in, out]`). */
export function weightSizes(shape: Shape): { inputs: number; outputs: number; taps: number } {
  const [inputs = 1, outputs = 1] = shape.slice(-2);
  return { inputs, outputs, taps: sizeOf(shape.slice(0, -2)) };
}

/** The number of elements of a shape. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1);
}
